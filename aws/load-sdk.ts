import { createRequire } from 'node:module';
import { pubsub_error } from '../src/base/error.js';

/** The clients of the AWS SDK that a command uses, by what it does. */
export const sdkClients = {
  /** Runs against a stack, deployed or rehearsed. */
  stack: [
    '@aws-sdk/client-cloudformation',
    '@aws-sdk/client-cloudwatch-logs',
    '@aws-sdk/client-lambda',
    '@aws-sdk/client-sts',
  ],
  preflight: [
    '@aws-sdk/client-cloudformation',
    '@aws-sdk/client-ec2',
    '@aws-sdk/client-kafka',
    '@aws-sdk/client-lambda',
    '@aws-sdk/client-ssm',
    '@aws-sdk/client-sts',
  ],
  events: [
    '@aws-sdk/client-cloudformation',
    '@aws-sdk/client-cloudwatch-logs',
    '@aws-sdk/client-lambda',
    '@aws-sdk/client-schemas',
    '@aws-sdk/client-sts',
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

type SdkUse = keyof typeof sdkClients;
type SdkClient = (typeof sdkClients)[SdkUse][number];

/**
 * Checks that every client is there that a command uses, before it does anything. The clients are optional dependencies:
 * programs that only use Kafka do not need them.
 *
 * @param isInstalled @default what Node finds from here
 * @throws pubsub_error `config_invalid` that names the packages that are missing, and no other
 */
export function requireSdk(use: SdkUse, isInstalled: (name: string) => boolean = resolves): void {
  const missing = sdkClients[use].filter((name) => !isInstalled(name));
  if (missing.length > 0) throw notInstalled(missing);
}

/**
 * Loads a client of the AWS SDK.
 *
 * @throws pubsub_error `config_invalid` if it is not installed
 */
export async function loadSdk<T>(name: SdkClient, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    // A package that the client requires may be missing instead.
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_MODULE_NOT_FOUND' && message.includes(`'${name}'`)) throw notInstalled([name], error);
    throw error;
  }
}

function notInstalled(names: readonly string[], cause?: unknown): pubsub_error {
  const which =
    names.length === 1
      ? `${names.join()}, which is not installed`
      : `${names.length} clients of the AWS SDK, which are not installed`;
  return new pubsub_error('config_invalid', 'config', `this command needs ${which}`, {
    hint: `npm install ${names.join(' ')}`,
    cause,
  });
}

function resolves(name: string): boolean {
  try {
    return createRequire(import.meta.url).resolve(name) !== '';
  } catch {
    return false;
  }
}
