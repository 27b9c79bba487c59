import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { functionNames, type FunctionName } from '../../lambda/functions.js';
import {
  clientOf,
  functionAsset,
  FunctionPool,
  localVariables,
  givenVariables,
  type FunctionAsset,
} from '../../local/functions/index.js';
import type { InvokeOptions, Target, TargetAnswer } from './target.js';

export interface LocalTargetOptions {
  /** Variables of all functions: `PUBSUB_*`. */
  readonly variables: Readonly<Record<string, string>>;
  readonly mayPlant: Target['mayPlant'];
  readonly missingTopicsHint: string;
  readonly canBeDenied: boolean;
  readonly user: string | undefined;
  readonly memoryMb: number;
  /** Receives every line that a function logs. */
  readonly onLog: (name: FunctionName, line: string) => void;
}

/** The three functions as processes of this machine. */
export class LocalTarget implements Target {
  readonly kind = 'local';
  readonly clocks = 'one_host';
  readonly mayPlant: Target['mayPlant'];
  readonly missingTopicsHint: string;
  readonly canBeDenied: boolean;
  readonly user: string | undefined;
  readonly #options: LocalTargetOptions;
  readonly #folder: string;
  readonly #pools: ReadonlyMap<FunctionName, FunctionPool>;
  readonly #given: Readonly<Record<string, string>>;

  private constructor(
    options: LocalTargetOptions,
    folder: string,
    assets: ReadonlyMap<FunctionName, FunctionAsset>,
    given: Readonly<Record<string, string>>,
  ) {
    this.#options = options;
    this.#given = given;
    this.mayPlant = options.mayPlant;
    this.missingTopicsHint = options.missingTopicsHint;
    this.canBeDenied = options.canBeDenied;
    this.user = options.user;
    this.#folder = folder;
    this.#pools = new Map([...assets].map(([name, asset]) => [name, this.#pool(name, asset)]));
  }

  /** Bundles the functions; their processes start with their first invocation. */
  static async create(options: LocalTargetOptions): Promise<LocalTarget> {
    const folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-functions-'));
    try {
      const given = await givenVariables(options.variables);
      const assets = await Promise.all(
        functionNames.map(
          async (name) => [name, await functionAsset(name, folder, clientOf(options.variables))] as const,
        ),
      );
      return new LocalTarget(options, folder, new Map(assets), given);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async invoke(name: FunctionName, event: object, options: InvokeOptions): Promise<TargetAnswer> {
    const pool = this.#pools.get(name);
    if (pool === undefined) throw new Error(`no code for function ${name}`);
    return pool.invoke(event, options);
  }

  /** Process ids of a function, oldest first. */
  pids(name: FunctionName): number[] {
    return this.#pools.get(name)?.pids ?? [];
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.stop()));
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #pool(name: FunctionName, asset: FunctionAsset): FunctionPool {
    return new FunctionPool({
      name,
      asset,
      memoryMb: this.#options.memoryMb,
      variables: localVariables(name, this.#options.variables),
      given: this.#given,
      onLog: (line) => this.#options.onLog(name, line),
    });
  }
}
