import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import type { PeerInput, RequesterPeer, WorkerPeer } from '../peer.js';

/** kafkajs as its documentation teaches it: eachMessage, autoCommit, one send per message. */
const kafkaOf = ({ brokers }: PeerInput): Kafka =>
  new Kafka({ clientId: 'bench-taught', brokers, logLevel: logLevel.ERROR });

export async function startRequester(input: PeerInput): Promise<RequesterPeer> {
  const kafka = kafkaOf(input);
  const producer = kafka.producer();
  const consumer = kafka.consumer({ groupId: `${input.workerTopic}-requesters` });
  const open = new Map<string, () => void>();
  await producer.connect();
  await consumer.connect();
  await consumer.subscribe({ topic: input.replyTopic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      const id = String(message.headers?.['correlation-id']);
      open.get(id)?.();
      open.delete(id);
    },
  });
  return {
    async request(n) {
      const id = randomUUID();
      const replied = new Promise<void>((resolve) => open.set(id, resolve));
      await producer.send({
        topic: input.workerTopic,
        messages: [{ key: String(n % 4_096), value: input.payload, headers: { 'correlation-id': id } }],
      });
      await replied;
    },
    async dispose() {
      await consumer.disconnect();
      await producer.disconnect();
    },
  };
}

export async function startWorker(input: PeerInput): Promise<WorkerPeer> {
  const kafka = kafkaOf(input);
  const producer = kafka.producer();
  const consumer = kafka.consumer({ groupId: `${input.workerTopic}-workers` });
  await producer.connect();
  await consumer.connect();
  await consumer.subscribe({ topic: input.workerTopic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message: { key, value, headers } }) => {
      await producer.send({ topic: input.replyTopic, messages: [{ key, value, headers: headers ?? {} }] });
    },
  });
  return {
    async dispose() {
      await consumer.disconnect();
      await producer.disconnect();
    },
  };
}
