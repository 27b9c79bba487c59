import { config, payload_text, requester, text_payload, worker_frame } from '../../../../src/index.js';

/** A function whose author does not connect again in each invocation: its client is kept between them. */
let client: requester | undefined;

export async function handler({ text }: { text: string }): Promise<{ reply: string; pid: number }> {
  if (client === undefined) {
    client = requester.create(config.from_env());
    await client.connect();
  }
  const frame = worker_frame({ path: [1], command: 'echo', payloads: [text_payload(text)] });
  return { reply: payload_text(await client.request(frame)) ?? '', pid: process.pid };
}
