import { functionNames, type FunctionName } from '../../lambda/functions.js';
import { FunctionProcess, localVariables, type FunctionAsset } from '../../local/functions/index.js';
import { bundleOnce } from './bundle-once.js';
import { topicVariables, type World } from './world.js';

/** The three functions, bundled once in a run of tests. */
export type FunctionAssets = Readonly<Record<FunctionName, FunctionAsset>>;

export async function bundleFunctions(): Promise<FunctionAssets> {
  const assets = await Promise.all(
    functionNames.map(async (name) => [name, { folder: await bundleOnce(name), handler: 'index.handler' }] as const),
  );
  return Object.fromEntries(assets) as Record<FunctionName, FunctionAsset>;
}

/** The variables of a function that uses the topics of a test. */
export function variablesIn(world: World, name: FunctionName): Record<string, string> {
  return localVariables(name, {
    PUBSUB_BROKERS: world.settings.connection.brokers.join(','),
    ...topicVariables(world),
  });
}

/** One process of a function, on the topics of a test. */
export function functionIn(world: World, assets: FunctionAssets, name: FunctionName): FunctionProcess {
  return new FunctionProcess({ name, asset: assets[name], memoryMb: 512, variables: variablesIn(world, name) });
}
