import type { TestProject } from 'vitest/node';
import { pubsub_error } from '../../src/base/error.js';
import { chooseKafka, startEmbedded } from '../../local/kafka/index.js';
import { freePorts } from '../../local/os/ports.js';
import { readKafkaVersion } from '../../local/kafka/program/version.js';
import './provided.js';

interface RunKafka extends AsyncDisposable {
  readonly brokers: readonly string[];
}

interface Shared {
  kafka: Promise<RunKafka>;
  users: number;
}

/** Each project of a run loads this module separately; they share only the process. */
const holder = globalThis as { easyPubsubTestKafka?: Shared | undefined };

/**
 * vitest's globalSetup: starts one new Kafka for a whole run, provides its address to the tests, and stops it at the
 * end.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (holder.easyPubsubTestKafka ??= { kafka: start(), users: 0 });
  shared.users++;
  const kafka = await shared.kafka;
  project.provide('brokers', [...kafka.brokers]);
  project.provide('kafkaVersion', readKafkaVersion(process.env).text);
  return async () => {
    if (--shared.users > 0) return;
    holder.easyPubsubTestKafka = undefined;
    await kafka[Symbol.asyncDispose]();
  };
}

/**
 * Always a new Kafka, whatever runs on the machine or is set in the environment: embedded, or from the compose file
 * on another port if there is Docker but no Java.
 */
async function start(): Promise<RunKafka> {
  try {
    // Brokers remove empty groups without offsets every ten minutes, so in the middle of a run on a slow machine.
    return await startEmbedded({ properties: { 'offsets.retention.check.interval.ms': '86400000' } });
  } catch (error) {
    if (!pubsub_error.is(error) || error.code !== 'kafka_unavailable') throw error;
    const [port] = await freePorts(1);
    const env = { ...process.env, PUBSUB_BROKERS: undefined };
    return chooseKafka({ env, port }).catch(() => Promise.reject(error));
  }
}
