import type { TestProject } from 'vitest/node';
import { startEmbedded, type EmbeddedKafka } from '../../local/kafka/index.js';
import './provided.js';

interface Shared {
  kafka: Promise<EmbeddedKafka>;
  users: number;
}

/** Each project of a run loads this module by itself; what they have in common is the process. */
const holder = globalThis as { easyPubsubTestKafka?: Shared | undefined };

/** vitest's globalSetup: brings one fresh Kafka up for a whole run, tells the tests where it is, takes it down at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (holder.easyPubsubTestKafka ??= { kafka: startEmbedded(), users: 0 });
  shared.users++;
  const kafka = await shared.kafka;
  project.provide('brokers', [...kafka.brokers]);
  project.provide('kafkaVersion', kafka.version);
  return async () => {
    if (--shared.users > 0) return;
    holder.easyPubsubTestKafka = undefined;
    await kafka[Symbol.asyncDispose]();
  };
}
