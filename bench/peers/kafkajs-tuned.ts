import { connect as connectTls } from 'node:tls';
import { connect } from 'node:net';
import { Kafka, logLevel, Partitioners, type Message } from 'kafkajs';
import type { PeerInput } from '../peer.js';
import { Lane, type Lanes, type OnRecord, type Subscription, type TunedClient } from './tuned-client.js';
import { tunedPeer } from './tuned-sides.js';

/** kafkajs with eachBatch, without autoCommit, with short fetches and without Nagle. */
export const { startRequester, startWorker, startSender, startReceiver } = tunedPeer(kafkajsClient);

function kafkajsClient({ brokers }: PeerInput): TunedClient {
  const kafka = new Kafka({
    clientId: 'bench-tuned',
    brokers,
    logLevel: logLevel.ERROR,
    socketFactory: ({ host, port, ssl, onConnect }) => {
      const socket = ssl ? connectTls({ host, port, ...ssl }, onConnect) : connect({ host, port }, onConnect);
      return socket.setNoDelay(true).setKeepAlive(true, 15_000);
    },
  });
  return {
    lanes: (topic) => lanesOf(kafka, topic),
    consume: (topic, groupId, onRecord) => consume(kafka, topic, groupId, onRecord),
    close: () => Promise.resolve(),
  };
}

async function lanesOf(kafka: Kafka, topic: string): Promise<Lanes> {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  const admin = kafka.admin();
  await Promise.all([producer.connect(), admin.connect()]);
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  await admin.disconnect();
  const partitionMetadata = topics[0]!.partitions;
  const send = async (messages: Message[]): Promise<void> => {
    await producer.send({ topic, messages });
  };
  const byLeader = new Map(partitionMetadata.map(({ leader }) => [leader, new Lane(send)]));
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

async function consume(kafka: Kafka, topic: string, groupId: string, onRecord: OnRecord): Promise<Subscription> {
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 250, heartbeatInterval: 1_000, sessionTimeout: 10_000 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: 64,
    // kafkajs awaits what is returned before it reads the partition further.
    eachBatch: async ({ batch }) => {
      for (const { value, offset } of batch.messages) onRecord(batch.partition, Number(offset), value!);
    },
  });
  return {
    commit: (handled) =>
      consumer.commitOffsets(
        [...handled].map(([partition, offset]) => ({ topic, partition, offset: String(offset + 1) })),
      ),
    close: () => consumer.disconnect(),
  };
}
