import { createRequire } from 'node:module';
import { pubsub_error } from '../src/base/error.js';

/** Every client of the AWS SDK that a command of this package uses. */
const clients = [
  '@aws-sdk/client-cloudformation',
  '@aws-sdk/client-cloudwatch-logs',
  '@aws-sdk/client-ec2',
  '@aws-sdk/client-kafka',
  '@aws-sdk/client-lambda',
  '@aws-sdk/client-schemas',
  '@aws-sdk/client-ssm',
  '@aws-sdk/client-sts',
] as const;

/**
 * Loads a client of the AWS SDK. The clients are optional dependencies: programs that only use Kafka do not need them.
 *
 * @throws pubsub_error `config_invalid` that names the packages to install, for this command and the others
 */
export async function loadSdk<T>(name: (typeof clients)[number], load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new pubsub_error('config_invalid', 'config', `this command needs ${name}, which is not installed`, {
      hint: `npm install ${absent().join(' ')}`,
      cause: error,
    });
  }
}

function absent(): string[] {
  const { resolve } = createRequire(import.meta.url);
  return clients.filter((name) => {
    try {
      return resolve(name) === '';
    } catch {
      return true;
    }
  });
}
