/**
 * A request and its reply, in one process.
 *
 *   PUBSUB_BROKERS=localhost:9092 npx tsx examples/request-reply.ts
 */
import {
  config,
  create_frame,
  handler_error,
  payload_text,
  pubsub_error,
  requester,
  text_payload,
  worker,
  worker_frame,
} from '../src/index.js'; // outside this checkout: 'easy-pubsub'

const settings = config.from_env();

await using greeter = worker.create(settings, (frame) => {
  if (frame.command !== 'greet') throw new handler_error('unknown_command', `unknown command "${frame.command}"`);
  return create_frame({ payloads: [text_payload(`hello, ${payload_text(frame) ?? 'you'}`)] });
});
await using caller = requester.create(settings);
await Promise.all([greeter.connect(), caller.connect()]);

const request = worker_frame({ path: [7], command: 'greet', payloads: [text_payload('Ann')] });
const reply = await caller.request(request, { timeout_ms: 5_000 });
console.log(payload_text(reply));

try {
  await caller.request(worker_frame({ path: [7], command: 'sing' }));
} catch (error) {
  if (!pubsub_error.is(error)) throw error;
  console.log(`${error.code}: ${error.raw_message}`);
}
