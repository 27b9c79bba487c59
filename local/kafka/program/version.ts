import { pubsub_error } from '../../../src/base/error.js';
import type { Environment } from '../context.js';
import { pinnedKafkaVersion } from '../../../lib/package-file.js';

/** A Kafka release that can be run, such as 3.9.1. */
export interface KafkaVersion {
  /** As Maven Central and the tag of the Docker image write it. */
  text: string;
  major: number;
  minor: number;
}

/** From this version on, KRaft without ZooKeeper is complete, and tested here. */
const oldest = { major: 3, minor: 7 };

/**
 * The version in `KAFKA_VERSION`: of the environment, or of the `.env` file, which docker compose also reads.
 *
 * @throws pubsub_error `config_invalid` if it is missing, is not of the form 3.9.1, or is too old
 */
export function readKafkaVersion(env: Environment): KafkaVersion {
  const fromEnvironment = env['KAFKA_VERSION']?.trim();
  if (fromEnvironment) return parseKafkaVersion(fromEnvironment, 'KAFKA_VERSION');
  const { version, file } = pinnedKafkaVersion();
  if (version) return parseKafkaVersion(version, `KAFKA_VERSION in ${String(file)}`);
  throw new pubsub_error(
    'config_invalid',
    'local_kafka',
    file === undefined
      ? 'KAFKA_VERSION is not set, so the Kafka version to start is unknown'
      : `KAFKA_VERSION is set neither in the environment nor in ${file}`,
    { hint: 'Set it, for example: KAFKA_VERSION=3.9.1' },
  );
}

/**
 * @param source the source of the text, for the error: `KAFKA_VERSION`, `--version`
 * @throws pubsub_error `config_invalid`
 */
export function parseKafkaVersion(text: string, source: string): KafkaVersion {
  const match = /^(\d{1,2})\.(\d{1,2})\.(\d{1,2})$/.exec(text);
  if (match === null) {
    throw new pubsub_error(
      'config_invalid',
      'local_kafka',
      `${source} is "${text}", which is not a released Kafka version`,
      {
        hint: 'Give three numbers, as Maven Central and the Docker image name them: 3.9.1 or 4.3.1, without "x", "v" or a suffix.',
        details: { source, given: text },
      },
    );
  }
  const version = { text, major: Number(match[1]), minor: Number(match[2]) };
  if (version.major < oldest.major || (version.major === oldest.major && version.minor < oldest.minor)) {
    throw new pubsub_error('config_invalid', 'local_kafka', `${source} is ${text}, which is too old to run here`, {
      hint: `Kafka ${oldest.major}.${oldest.minor} is the oldest supported version; 3.9.1 is the one that Amazon MSK recommends.`,
      details: { source, given: text },
    });
  }
  return version;
}
