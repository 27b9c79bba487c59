import { randomUUID } from 'node:crypto';
import { startEmbedded } from '../local/kafka/index.js';
import { Deadline } from '../src/base/deadline.js';
import { config, type config_input } from '../src/index.js';
import { createTopics } from '../src/kafka/admin/create-topics.js';
import { kafkaConnection } from '../src/pubsub/kafka-connection.js';
import { fillWorkerTopic } from '../test/support/lag.js';
import { startChild } from '../test/support/children.js';

// Measures the memory of a slow reader with a lag of 200 000 frames of 1 kB, which it then reads.
const COUNT = 200_000;
const LIMIT_MB = 96;
const MB = 1_048_576;

await using kafka = await startEmbedded({ jvm: { quickCompiler: false } });
const NAME = randomUUID().slice(0, 8);
const input: config_input = {
  connection: { brokers: [...kafka.brokers] },
  topics: { worker: `memory-${NAME}`, reply_to: `memory-${NAME}.reply` },
  groups: { worker: `memory-${NAME}`, reply_to: `memory-${NAME}.reply` },
};
const settings = config.create(input);
const connection = kafkaConnection(settings);
const specification = { partitions: 6, replicationFactor: 1, configs: {} };
await createTopics(
  connection,
  Object.values(input.topics ?? {}).map((topic) => ({ topic: String(topic), ...specification })),
  new Deadline(30_000),
);
console.error(`waiting for ${COUNT} frames of 1 kB to be written`);
await fillWorkerTopic({ settings }, COUNT);
await using reader = startChild('slow-reader-child.ts', { settings: input, count: COUNT, pauses: 1_000 });
const code = await reader.ended;
const [result] = reader.said as { taken: number; disordered: number; baseline: number; peak: number; grown: number }[];
if (code !== 0 || result === undefined) throw new Error(`the reader ended with ${code}: ${reader.errors}`);
const { taken: TAKEN, disordered: DISORDERED, baseline: BASELINE, peak: PEAK, grown: GROWN } = result;
const megabytes = (bytes: number): string => `${(bytes / MB).toFixed(1)} MiB`;
console.log(
  `Kafka ${kafka.version}, Node ${process.version}: ${TAKEN} of ${COUNT} frames taken, ${DISORDERED} out of order`,
);
console.log(
  `peak RSS ${megabytes(PEAK)}, ${megabytes(GROWN)} above the baseline of ${megabytes(BASELINE)} (limit ${LIMIT_MB} MiB)`,
);
const reached = TAKEN === COUNT && DISORDERED === 0 && GROWN <= LIMIT_MB * MB;
console.log(reached ? 'reached' : 'MISSED');
if (!reached) process.exitCode = 1;
