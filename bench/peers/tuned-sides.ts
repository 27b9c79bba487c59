import { randomUUID } from 'node:crypto';
import { air_core_codec, create_frame, payload_text, text_payload, topic_type, worker_frame } from '../../src/index.js';
import type { Peer, PeerInput, ReceiverPeer, RequesterPeer, SenderPeer, WorkerPeer } from '../peer.js';
import { fail, type OutgoingRecord, type TunedClient } from './tuned-client.js';

const codec = air_core_codec.request_reply;
const COMMIT_EVERY_MS = 500;

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function recordOf(frame: ReturnType<typeof worker_frame>): OutgoingRecord {
  const to = air_core_codec.destination(topic_type.worker, frame);
  return { key: 'key' in to && to.key ? bufferOf(to.key) : null, value: bufferOf(air_core_codec.encode(frame)) };
}

/**
 * Both sides as fast as we can make them in a page of code: the same frames as easy-pubsub, lanes per partition leader,
 * and commits of frames only whose replies were acknowledged. No deadlines, retries, rebalance handling, back-pressure
 * or checks.
 */
export function tunedPeer(create: (input: PeerInput) => TunedClient): Peer {
  return {
    startRequester: (input) => startRequester(create(input), input),
    startWorker: (input) => startWorker(create(input), input),
    startSender: (input) => startSender(create(input), input),
    startReceiver: (input) => startReceiver(create(input), input),
  };
}

async function startRequester(client: TunedClient, input: PeerInput): Promise<RequesterPeer> {
  const open = new Map<string, (reply: string) => void>();
  const [lanes, replies, replyPartitions] = await Promise.all([
    client.lanes(input.workerTopic),
    client.consume(input.replyTopic, `${input.workerTopic}-requesters`, (_partition, _offset, value) => {
      const reply = air_core_codec.decode(value);
      const id = codec.reply_info(reply).correlation_id;
      open.get(id)?.(payload_text(reply) ?? '');
      open.delete(id);
    }),
    client.lanes(input.replyTopic).then(async ({ count, close }) => {
      await close();
      return count;
    }),
  ]);
  return {
    async request(n, payload = input.payload) {
      const id = randomUUID();
      const now = Date.now();
      const frame = codec.address_request(
        worker_frame({ path: [n], command: 'echo', payloads: [text_payload(payload)] }),
        {
          correlation_id: id,
          reply_topic: input.replyTopic,
          reply_partition: n % replyPartitions,
          sent_at_ms: now,
          deadline_ms: now + 10_000,
        },
      );
      const replied = new Promise<string>((resolve) => open.set(id, resolve));
      const [, reply] = await Promise.all([lanes.send(recordOf(frame)), replied]);
      return reply;
    },
    async dispose() {
      await Promise.all([replies.close(), lanes.close()]);
      await client.close();
    },
  };
}

async function startWorker(client: TunedClient, input: PeerInput): Promise<WorkerPeer> {
  const lanes = await client.lanes(input.replyTopic);
  // A lane acknowledges in order, so all frames before the last acknowledged one of a partition are acknowledged.
  const done = new Map<number, number>();
  const requests = await client.consume(input.workerTopic, `${input.workerTopic}-workers`, (from, offset, value) => {
    const receivedAtMs = Date.now();
    const request = air_core_codec.decode(value);
    const reply = codec.address_reply(create_frame({ payloads: request.payloads }), request, {
      number: 0,
      last: true,
      received_at_ms: receivedAtMs,
      sent_at_ms: Date.now(),
    });
    const { partition } = codec.request_info(request).reply_to!;
    lanes
      .send({ partition, key: null, value: bufferOf(air_core_codec.encode(reply)) })
      .then(() => done.set(from, offset), fail);
  });
  const commit = async (): Promise<void> => {
    const handled = new Map(done);
    done.clear();
    if (handled.size > 0) await requests.commit(handled);
  };
  const commits = setInterval(() => void commit().catch(fail), COMMIT_EVERY_MS);
  return {
    async dispose() {
      clearInterval(commits);
      await commit();
      await Promise.all([requests.close(), lanes.close()]);
      await client.close();
    },
  };
}

async function startSender(client: TunedClient, input: PeerInput): Promise<SenderPeer> {
  const lanes = await client.lanes(input.workerTopic);
  return {
    send: (n) =>
      lanes.send(recordOf(worker_frame({ path: [n], command: 'tell', payloads: [text_payload(input.payload)] }))),
    async dispose() {
      await lanes.close();
      await client.close();
    },
  };
}

async function startReceiver(client: TunedClient, input: PeerInput): Promise<ReceiverPeer> {
  let received = 0;
  const done = new Map<number, number>();
  const frames = await client.consume(input.workerTopic, `${input.workerTopic}-receivers`, (from, offset, value) => {
    air_core_codec.decode(value);
    received += 1;
    done.set(from, offset);
  });
  const commits = setInterval(() => {
    const handled = new Map(done);
    done.clear();
    if (handled.size > 0) frames.commit(handled).catch(fail);
  }, COMMIT_EVERY_MS);
  return {
    received: () => received,
    async dispose() {
      clearInterval(commits);
      if (done.size > 0) await frames.commit(done);
      await frames.close();
      await client.close();
    },
  };
}
