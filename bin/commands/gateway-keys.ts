import type { Command } from 'commander';
import { iamSystemProperties, keptKey, listenerSettings } from '../../rehearsal/gateway/index.js';
import { action, printLine, type ExitCode } from '../action.js';

/**
 * `easy-pubsub gateway keys`: prints the settings for your own brokers.
 *
 * @param folder the default folder of the key
 */
export function gatewayKeysCommand(gateway: Command, folder: string): void {
  gateway
    .command('keys')
    .description('create the key if there is none, and print the settings for brokers that trust it')
    .option('--keys <folder>', 'the folder of the key', folder)
    .action(action(printKeys));
}

async function printKeys(_signal: AbortSignal, flags: { keys: string }): Promise<ExitCode> {
  const { keySetFile, keySetUrl } = await keptKey(flags.keys);
  printLine(`# The public key set is ${keySetFile}. Settings of a broker that trusts it:`);
  for (const [key, value] of listenerSettings(keySetUrl)) printLine(`${key}=${value}`);
  printLine(
    '# In addition: a listener IAM (listeners, advertised.listeners, listener.security.protocol.map: SASL_PLAINTEXT),',
  );
  printLine('# advertised at the address on which the gateway listens. Option of its JVM:');
  for (const [key, value] of Object.entries(iamSystemProperties(keySetUrl))) printLine(`#   -D${key}=${value}`);
  printLine('# docker compose has such a broker: docker compose --profile iam up --wait kafka-iam');
  return 0;
}
