import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { functionDescriptors, type FunctionName } from '../../lambda/functions.js';
import { pubsub_error } from '../../src/base/error.js';
import { clientNames, type ClientName } from '../../src/pubsub/config/settings.js';
import { packageFile } from '../../lib/package-file.js';
import { bundleFunction } from './bundle-function.js';

/** A folder with a function's code, and its handler as Lambda writes it: "index.handler". */
export interface FunctionAsset {
  folder: string;
  handler: string;
}

/**
 * The code of a function as it is deployed: one file with all dependencies. A checkout bundles its sources into a
 * subfolder of `folder`; an installed package contains the same file.
 *
 * @param client the client library that it has. @default kafkajs
 */
export async function functionAsset(
  name: FunctionName,
  folder: string,
  client: ClientName = 'kafkajs',
): Promise<FunctionAsset> {
  const handler = 'index.handler';
  if (packageFile(functionDescriptors[name].source) !== undefined) {
    await bundleFunction(name, join(folder, name), client);
    return { folder: join(folder, name), handler };
  }
  if (client !== 'kafkajs') {
    throw new pubsub_error('config_invalid', 'config', `the functions of this package have kafkajs, not ${client}`, {
      hint: 'Use a checkout of the repository, or remove PUBSUB_CLIENT.',
    });
  }
  const built = packageFile(join('dist', 'lambda', name));
  if (built === undefined || !existsSync(join(built, 'index.js'))) {
    throw new pubsub_error('internal', 'handle', `this package has no code for the function ${name}`);
  }
  return { folder: built, handler };
}

/** The client library that these variables choose. What they say is checked when the function reads them. */
export function clientOf(variables: Readonly<Record<string, string | undefined>>): ClientName {
  return clientNames.find((name) => name === variables['PUBSUB_CLIENT']?.trim()) ?? 'kafkajs';
}
