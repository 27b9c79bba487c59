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
import type { Peer, PeerInput, ReceiverPeer, RequesterPeer, SenderPeer, WorkerPeer } from '../peer.js';

type Client = 'kafkajs' | 'platformatic';

/** easy-pubsub with its default settings, on one of its two client libraries. */
export function easyPubsubOn(client: Client): Peer {
  return {
    startRequester: (input) => startRequester(settingsOf(input, client), input),
    startWorker: (input) => startWorker(settingsOf(input, client)),
    startSender: (input) => startSender(settingsOf(input, client), input),
    startReceiver: (input) => startReceiver(settingsOf(input, client)),
  };
}

const settingsOf = ({ brokers, workerTopic, replyTopic }: PeerInput, client: Client): config =>
  config.create({
    connection: { brokers, client },
    topics: { worker: workerTopic, reply_to: replyTopic },
    groups: groups(workerTopic),
  });

const groups = (topic: string): { worker: string; reply_to: string } => ({
  worker: `${topic}-workers`,
  reply_to: `${topic}-requesters`,
});

async function startRequester(settings: config, input: PeerInput): Promise<RequesterPeer> {
  const caller = requester.create(settings);
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

async function startWorker(settings: config): Promise<WorkerPeer> {
  const echo = worker.create(settings, (frame) => create_frame({ payloads: frame.payloads }));
  await echo.connect();
  return { dispose: () => echo.dispose() };
}

async function startSender(settings: config, input: PeerInput): Promise<SenderPeer> {
  const sender = publisher.create(settings);
  await sender.connect();
  return {
    async send(n) {
      const frame = worker_frame({ path: [n], command: 'tell', payloads: [text_payload(input.payload)] });
      await sender.send(topic_type.worker, frame);
    },
    dispose: () => sender.dispose(),
  };
}

async function startReceiver(settings: config): Promise<ReceiverPeer> {
  const receiver = worker_subscriber.create(settings);
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
