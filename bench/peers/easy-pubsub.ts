import {
  config,
  create_frame,
  payload_text,
  publisher,
  requester,
  text_payload,
  topic_type,
  worker,
  worker_frame,
  worker_subscriber,
} from '../../src/index.js';
import type { PeerInput, ReceiverPeer, RequesterPeer, SenderPeer, WorkerPeer } from '../peer.js';

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

export async function startSender(input: PeerInput): Promise<SenderPeer> {
  const sender = publisher.create(settingsOf(input));
  await sender.connect();
  return {
    async send(n) {
      const frame = worker_frame({ path: [n], command: 'tell', payloads: [text_payload(input.payload)] });
      await sender.send(topic_type.worker, frame);
    },
    dispose: () => sender.dispose(),
  };
}

export async function startReceiver(input: PeerInput): Promise<ReceiverPeer> {
  const receiver = worker_subscriber.create(settingsOf(input));
  await receiver.connect();
  let received = 0;
  const reading = (async () => {
    for await (const delivery of receiver.deliveries) {
      received += 1;
      delivery.acknowledge();
    }
  })();
  return {
    received: () => received,
    async dispose() {
      await receiver.dispose();
      await reading;
    },
  };
}
