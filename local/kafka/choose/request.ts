import { Deadline } from '../../../src/base/deadline.js';
import { pubsub_error } from '../../../src/base/error.js';
import type { ChooseOptions } from './chosen.js';
import { DEFAULT_PORT } from '../compose/compose.js';
import type { Environment } from '../context.js';
import { HOST } from '../embedded/properties.js';
import { parseKafkaVersion, readKafkaVersion, type KafkaVersion } from '../program/version.js';

/** `ChooseOptions` after defaults and checks. */
export interface KafkaRequest {
  env: Environment;
  version: KafkaVersion;
  /** The version was requested explicitly, so a running broker of another version does not match. */
  versionIsExplicit: boolean;
  nodes: number | undefined;
  port: number;
  portIsPinned: boolean;
  keep: boolean;
  endsWithProcess: boolean;
  deadline: Deadline;
  onProgress: (sentence: string) => void;
}

const CHOOSE_TIMEOUT_MS = 300_000;

/** @throws pubsub_error `config_invalid`, `argument_invalid` */
export function kafkaRequest(options: ChooseOptions): KafkaRequest {
  const env = options.env ?? process.env;
  const { nodes } = options;
  if (nodes !== undefined && (!Number.isInteger(nodes) || nodes < 1 || nodes > 3)) {
    throw new pubsub_error('argument_invalid', 'local_kafka', `a local Kafka has 1 to 3 nodes, not ${nodes}`);
  }
  const pinned = options.port ?? portFrom(env);
  if (pinned !== undefined && (!Number.isInteger(pinned) || pinned < 1 || pinned > 65_533)) {
    throw new pubsub_error('argument_invalid', 'local_kafka', `${pinned} is not a port that Kafka can listen on`, {
      hint: 'Give a number from 1 to 65533, such as 9092.',
    });
  }
  return {
    env,
    version:
      options.version === undefined
        ? readKafkaVersion(env)
        : parseKafkaVersion(options.version, 'The requested version'),
    versionIsExplicit: options.version !== undefined || Boolean(env['KAFKA_VERSION']?.trim()),
    nodes,
    port: pinned ?? DEFAULT_PORT,
    portIsPinned: pinned !== undefined,
    keep: options.keep ?? false,
    endsWithProcess: options.endsWithProcess ?? false,
    deadline: options.deadline ?? new Deadline(CHOOSE_TIMEOUT_MS),
    onProgress: options.onProgress ?? ((): void => undefined),
  };
}

function portFrom(env: Environment): number | undefined {
  const text = env['EASY_PUBSUB_KAFKA_PORT']?.trim();
  if (!text) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  throw new pubsub_error(
    'config_invalid',
    'local_kafka',
    `EASY_PUBSUB_KAFKA_PORT is "${text}", which is not a port number`,
    {
      hint: 'Give a number, such as 9092, or unset it.',
    },
  );
}

/**
 * @throws pubsub_error `aborted` or `deadline_exceeded` if the caller does not wait any more: the next way is then not
 * tried
 */
export function checkWanted({ deadline }: KafkaRequest): void {
  deadline.check({ stage: 'local_kafka', what: 'Kafka' });
}

/** How a running broker differs from the request, as a phrase that follows "but"; undefined if it matches. */
export function mismatch(
  request: KafkaRequest,
  running: { version?: string | undefined; brokers: readonly string[] },
): string | undefined {
  const nodes = running.brokers.length;
  if (request.portIsPinned && running.brokers[0] !== `${HOST}:${request.port}`) {
    return `is not on the requested port ${request.port}`;
  }
  if (request.versionIsExplicit && running.version !== undefined && running.version !== request.version.text) {
    return `has version ${running.version} instead of the requested ${request.version.text}`;
  }
  if (request.nodes !== undefined && request.nodes !== nodes) {
    return `has ${nodes} of the ${request.nodes} requested nodes`;
  }
  return undefined;
}
