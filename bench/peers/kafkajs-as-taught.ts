import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import type { PeerFrame, PeerInput, RequesterPeer, WorkerPeer } from '../peer.js';

/** kafkajs as its documentation teaches it: eachMessage, autoCommit, one send per message. */
const kafkaOf = ({ brokers, clientId = 'bench-taught' }: PeerInput): Kafka =>
  new Kafka({ clientId, brokers, logLevel: logLevel.ERROR });

export async function startRequester(input: PeerInput): Promise<RequesterPeer> {
  const kafka = kafkaOf(input);
  const producer = kafka.producer();
  // A reply may arrive on any partition, so each requester reads all of them.
  const consumer = kafka.consumer({ groupId: `${input.workerTopic}-requesters${input.requester ?? ''}` });
  const open = new Map<string, (reply: string) => void>();
  await producer.connect();
  await consumer.connect();
  await consumer.subscribe({ topic: input.replyTopic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      const id = String(message.headers?.['correlation-id']);
      open.get(id)?.(String(message.value));
      open.delete(id);
    },
  });
  return {
    async request(n, payload = input.payload) {
      const id = randomUUID();
      const replied = new Promise<string>((resolve) => open.set(id, resolve));
      await producer.send({
        topic: input.workerTopic,
        messages: [{ key: String(n), value: payload, headers: { 'correlation-id': id } }],
      });
      return replied;
    },
    async dispose() {
      await consumer.disconnect();
      await producer.disconnect();
    },
  };
}

export async function startWorker(
  input: PeerInput,
  onFrame?: (frame: PeerFrame) => Promise<void>,
): Promise<WorkerPeer> {
  const kafka = kafkaOf(input);
  const producer = kafka.producer();
  const consumer = kafka.consumer({ groupId: `${input.workerTopic}-workers` });
  await producer.connect();
  await consumer.connect();
  await consumer.subscribe({ topic: input.workerTopic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ partition, message: { key, value, headers, offset } }) => {
      await onFrame?.({ id: String(value), partition, offset: Number(offset) });
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
