import { config, create_frame, payload_text, requester, text_payload, worker, worker_frame } from '../../src/index.js';
import type { PeerInput, RequesterPeer, WorkerPeer } from '../peer.js';

/** easy-pubsub with its default settings. */
const settingsOf = ({ brokers, workerTopic, replyTopic }: PeerInput): config =>
  config.create({
    connection: { brokers },
    topics: { worker: workerTopic, reply_to: replyTopic },
    groups: groups(workerTopic),
  });

const groups = (topic: string): { worker: string; reply_to: string } => ({
  worker: `${topic}-workers`,
  reply_to: `${topic}-requesters`,
});

export async function startRequester(input: PeerInput): Promise<RequesterPeer> {
  const caller = requester.create(settingsOf(input));
  await caller.connect();
  return {
    async request(n, payload = input.payload) {
      const reply = await caller.request(
        worker_frame({ path: [n], command: 'echo', payloads: [text_payload(payload)] }),
      );
      return payload_text(reply) ?? '';
    },
    dispose: () => caller.dispose(),
  };
}

export async function startWorker(input: PeerInput): Promise<WorkerPeer> {
  const echo = worker.create(settingsOf(input), (frame) => create_frame({ payloads: frame.payloads }));
  await echo.connect();
  return { dispose: () => echo.dispose() };
}
