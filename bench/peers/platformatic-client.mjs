// @platformatic/kafka, as fast as we can make it: the client part of the peer `platformatic` (tuned-client.ts).
// JavaScript, because the type check of the root runs without the packages of this folder.
import { compatibilityPartitioner, Consumer, Producer } from '@platformatic/kafka';
import { Lane } from './tuned-client.js';

export function platformaticClient({ brokers }) {
  const base = { clientId: 'bench-platformatic', bootstrapBrokers: brokers };
  return {
    async lanes(topic) {
      const producer = new Producer(base);
      const { topics } = await producer.metadata({ topics: [topic] });
      const { partitions, partitionsCount: count } = topics.get(topic);
      const send = (messages) => producer.send({ messages, acks: -1 });
      const byLeader = new Map(partitions.map(({ leader }) => [leader, new Lane(send)]));
      return {
        count,
        send({ key, value, partition = compatibilityPartitioner(undefined, key) % count }) {
          return byLeader.get(partitions[partition].leader).send({ topic, key, value, partition });
        },
        close: () => producer.close(),
      };
    },
    async consume(topic, groupId, onRecord) {
      const consumer = new Consumer({
        ...base,
        groupId,
        maxWaitTime: 250,
        heartbeatInterval: 1_000,
        sessionTimeout: 10_000,
        highWaterMark: 10_000,
      });
      const stream = await consumer.consume({
        topics: [topic],
        autocommit: false,
        mode: 'committed',
        fallbackMode: 'earliest',
      });
      stream.on('error', (error) => {
        throw error;
      });
      stream.on('data', ({ partition, offset, value }) => onRecord(partition, Number(offset), value));
      return {
        commit: (handled) =>
          consumer.commit({
            offsets: [...handled].map(([partition, offset]) => ({
              topic,
              partition,
              offset: BigInt(offset) + 1n,
              leaderEpoch: -1,
            })),
          }),
        close: () => consumer.close(true),
      };
    },
    close: () => Promise.resolve(),
  };
}
