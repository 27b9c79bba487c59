import type { Command } from 'commander';
import { keptKafka } from '../local/kafka/index.js';
import { pubsub_error } from '../src/base/error.js';
import { config } from '../src/index.js';
import type { KafkaConnection } from '../src/kafka/connection.js';
import { kafkaConnection } from '../src/pubsub/kafka-connection.js';
import { printNotice } from './action.js';
import { brokerList } from './arguments.js';

export interface BrokerFlags {
  brokers?: string[];
}

/** The brokers that a command about topics or groups works on, and the settings that name them. */
export interface ChosenBrokers {
  readonly settings: config;
  readonly connection: KafkaConnection;
}

/** Adds the option that `chosenBrokers` reads. */
export function withBrokers(command: Command): Command {
  return command.option(
    '--brokers <host:port,…>',
    'instead of PUBSUB_BROKERS, or the Kafka that `kafka up` started',
    brokerList,
  );
}

/**
 * `--brokers`, otherwise PUBSUB_BROKERS, otherwise the Kafka that `kafka up` keeps. Says which on stderr, so that the
 * output has only the result.
 */
export async function chosenBrokers({ brokers }: BrokerFlags): Promise<ChosenBrokers> {
  const named = (brokers?.join(',') ?? process.env['PUBSUB_BROKERS'] ?? '').trim();
  const found = named === '' ? await keptKafka() : undefined;
  // Another Kafka may use its ports now.
  const kept = found?.answers === true ? found : undefined;
  if (named === '' && kept === undefined) {
    throw new pubsub_error('kafka_unavailable', 'local_kafka', 'no Kafka broker is available', {
      hint: 'Start one with `easy-pubsub kafka up`, or name one: --brokers host:9092, or PUBSUB_BROKERS=host:9092',
    });
  }
  const addresses = kept === undefined ? named : kept.brokers.join(',');
  const settings = config.from_env({ ...process.env, PUBSUB_BROKERS: addresses });
  const why = kept !== undefined ? 'kept by `kafka up`' : brokers !== undefined ? '--brokers' : 'PUBSUB_BROKERS';
  printNotice(`Kafka: ${addresses} (${why})`);
  return { settings, connection: kafkaConnection(settings) };
}
