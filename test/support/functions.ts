import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { functionNames, type FunctionName } from '../../lambda/functions.js';
import { functionAsset, FunctionProcess, functionVariables } from '../../local/functions/index.js';
import { topicVariables, type World } from './world.js';

type Asset = Awaited<ReturnType<typeof functionAsset>>;

/** The three functions, bundled once for a test file. */
export interface FunctionAssets extends AsyncDisposable {
  readonly of: Readonly<Record<FunctionName, Asset>>;
}

export async function bundleFunctions(): Promise<FunctionAssets> {
  const folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-test-'));
  const assets = await Promise.all(
    functionNames.map(async (name) => [name, await functionAsset(name, folder)] as const),
  );
  return {
    of: Object.fromEntries(assets) as Record<FunctionName, Asset>,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The variables of a function that uses the topics of a test. */
export function variablesIn(world: World, name: FunctionName): Record<string, string> {
  return functionVariables(name, {
    PUBSUB_BROKERS: world.settings.connection.brokers.join(','),
    ...topicVariables(world),
  });
}

/** One process of a function, on the topics of a test. */
export function functionIn(world: World, assets: FunctionAssets, name: FunctionName): FunctionProcess {
  return new FunctionProcess({ name, asset: assets.of[name], memoryMb: 512, variables: variablesIn(world, name) });
}
