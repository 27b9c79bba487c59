import { functionDescriptors, type FunctionName } from '../../lambda/functions.js';
import { functionBuild, writeBundle } from '../../lib/function-bundle.js';
import type { ClientName } from '../../src/pubsub/config/settings.js';

/**
 * Bundles a function from the sources of this checkout.
 *
 * @param client the client library that it has. @default kafkajs
 */
export async function bundleFunction(
  name: FunctionName,
  folder: string,
  client: ClientName = 'kafkajs',
): Promise<void> {
  // A development dependency, because an installed package does not bundle.
  const { build } = await import('esbuild');
  writeBundle(folder, await build(functionBuild(functionDescriptors[name].source, client)));
}
