import { randomUUID } from 'node:crypto';
import { connect as connectTls } from 'node:tls';
import { connect } from 'node:net';
import { Kafka, logLevel, Partitioners, type Consumer, type Message, type Producer } from 'kafkajs';
import { air_core_codec, create_frame, payload_text, text_payload, topic_type, worker_frame } from '../../src/index.js';
import type { PeerInput, RequesterPeer, WorkerPeer } from '../peer.js';

/**
 * kafkajs, as fast as we can make it in a page of code: lanes per partition leader, eachBatch, no autoCommit, short
 * fetches, no Nagle. It sends the same frames, and commits only frames whose replies were sent. It has no deadlines,
 * retries, rebalance handling, back-pressure or checks.
 */
const codec = air_core_codec.request_reply;

const kafkaOf = ({ brokers }: PeerInput): Kafka =>
  new Kafka({
    clientId: 'bench-tuned',
    brokers,
    logLevel: logLevel.ERROR,
    socketFactory: ({ host, port, ssl, onConnect }) => {
      const socket = ssl ? connectTls({ host, port, ...ssl }, onConnect) : connect({ host, port }, onConnect);
      return socket.setNoDelay(true).setKeepAlive(true, 15_000);
    },
  });

const consumerOf = (kafka: Kafka, groupId: string): Consumer =>
  kafka.consumer({ groupId, maxWaitTimeInMs: 250, heartbeatInterval: 1_000, sessionTimeout: 10_000 });

/** All records that wait for one leader are sent in its next produce request; one is in flight. */
class Lane {
  readonly #producer: Producer;
  readonly #topic: string;
  #waiting: { message: Message; resolve: () => void; reject: (error: unknown) => void }[] = [];
  #sending = false;

  constructor(producer: Producer, topic: string) {
    this.#producer = producer;
    this.#topic = topic;
  }

  send(message: Message): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ message, resolve, reject });
      if (!this.#sending) this.#flush().catch(fail);
    });
  }

  async #flush(): Promise<void> {
    this.#sending = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, 1_000);
      try {
        await this.#producer.send({ topic: this.#topic, messages: batch.map(({ message }) => message) });
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#sending = false;
  }
}

/** A lane for every leader of a topic's partitions. */
async function lanesOf(kafka: Kafka, topic: string): Promise<Lanes> {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  const admin = kafka.admin();
  await Promise.all([producer.connect(), admin.connect()]);
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  await admin.disconnect();
  const partitionMetadata = topics[0]!.partitions;
  const byLeader = new Map(partitionMetadata.map(({ leader }) => [leader, new Lane(producer, topic)]));
  const lanes = new Map(partitionMetadata.map(({ partitionId, leader }) => [partitionId, byLeader.get(leader)!]));
  const partitioner = Partitioners.DefaultPartitioner();
  return {
    count: partitionMetadata.length,
    send: (message) => {
      const partition = message.partition ?? partitioner({ topic, partitionMetadata, message });
      return lanes.get(partition)!.send({ ...message, partition });
    },
    close: () => producer.disconnect(),
  };
}

interface Lanes {
  readonly count: number;
  send(message: Message): Promise<void>;
  close(): Promise<void>;
}

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export async function startRequester(input: PeerInput): Promise<RequesterPeer> {
  const kafka = kafkaOf(input);
  const lanes = await lanesOf(kafka, input.workerTopic);
  const { partitions: replyPartitions } = (await replyTopicOf(kafka, input.replyTopic))!;
  const consumer = consumerOf(kafka, `${input.workerTopic}-requesters`);
  const open = new Map<string, (reply: string) => void>();
  await consumer.connect();
  await consumer.subscribe({ topic: input.replyTopic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: replyPartitions.length,
    eachBatch: async ({ batch }) => {
      for (const { value } of batch.messages) {
        const reply = air_core_codec.decode(value!);
        const id = codec.reply_info(reply).correlation_id;
        open.get(id)?.(payload_text(reply) ?? '');
        open.delete(id);
      }
    },
  });
  return {
    async request(n, payload = input.payload) {
      const id = randomUUID();
      const now = Date.now();
      const frame = codec.address_request(
        worker_frame({ path: [n], command: 'echo', payloads: [text_payload(payload)] }),
        {
          correlation_id: id,
          reply_topic: input.replyTopic,
          reply_partition: n % replyPartitions.length,
          sent_at_ms: now,
          deadline_ms: now + 10_000,
        },
      );
      const replied = new Promise<string>((resolve) => open.set(id, resolve));
      const to = air_core_codec.destination(topic_type.worker, frame);
      const key = 'key' in to && to.key ? bufferOf(to.key) : null;
      const sent = lanes.send({ key, value: bufferOf(air_core_codec.encode(frame)) });
      const [, reply] = await Promise.all([sent, replied]);
      return reply;
    },
    async dispose() {
      await consumer.disconnect();
      await lanes.close();
    },
  };
}

async function replyTopicOf(kafka: Kafka, topic: string) {
  const admin = kafka.admin();
  await admin.connect();
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  await admin.disconnect();
  return topics[0];
}

export async function startWorker(input: PeerInput): Promise<WorkerPeer> {
  const kafka = kafkaOf(input);
  const topic = input.workerTopic;
  const lanes = await lanesOf(kafka, input.replyTopic);
  const consumer = consumerOf(kafka, `${topic}-workers`);
  // A lane acknowledges in order, so all frames before the last acknowledged one of a partition are acknowledged.
  const done = new Map<number, bigint>();
  const commit = async (): Promise<void> => {
    const offsets = [...done].map(([partition, offset]) => ({ topic, partition, offset: String(offset + 1n) }));
    done.clear();
    if (offsets.length > 0) await consumer.commitOffsets(offsets);
  };
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: lanes.count,
    eachBatch: async ({ batch }) => {
      const receivedAtMs = Date.now();
      for (const { value, offset } of batch.messages) {
        const request = air_core_codec.decode(value!);
        const reply = codec.address_reply(create_frame({ payloads: request.payloads }), request, {
          number: 0,
          last: true,
          received_at_ms: receivedAtMs,
          sent_at_ms: Date.now(),
        });
        const { partition } = codec.request_info(request).reply_to!;
        const sent = lanes.send({ partition, key: null, value: bufferOf(air_core_codec.encode(reply)) });
        sent.then(() => done.set(batch.partition, BigInt(offset)), fail);
      }
    },
  });
  const commits = setInterval(() => void commit().catch(fail), 500);
  return {
    async dispose() {
      clearInterval(commits);
      await commit();
      await consumer.disconnect();
      await lanes.close();
    },
  };
}

function fail(error: unknown): void {
  console.error(error);
  process.exit(1);
}
