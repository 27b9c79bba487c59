import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Watchdog } from '../../local/kafka/index.js';
import type { Chosen } from '../catalogue.js';
import type { ClientName, KafkaLibrary } from '../programs/input.js';
import type { DrillResult } from '../report/result.js';
import { bundleProgram } from './bundle.js';
import { DrillCluster } from './cluster.js';
import { IamCluster } from './iam-cluster.js';
import { OtherLoad } from './other-load.js';
import { seededRandom } from './random.js';
import { runPhase, type PhaseParts } from './run-phase.js';
import type { Backstage } from './world.js';

export interface RunOptions {
  readonly client: ClientName;
  /** The client library under ours. */
  readonly library: KafkaLibrary;
  readonly seed: number;
  /** The Node that runs the drills' processes. */
  readonly node: string;
  /** How many phases that do not break brokers run at the same time. */
  readonly together: number;
  /** How many processes keep CPUs busy. */
  readonly busy: number;
  /** Keeps the histories. */
  readonly keep: boolean;
  readonly onProgress: (sentence: string) => void;
  readonly onResult: (result: DrillResult) => void;
}

const PREFIX = 'easy-pubsub-drills-';

/** Runs phases on one cluster: those that break brokers one by one, the others several at a time. */
export async function runDrills(chosen: readonly Chosen[], options: RunOptions): Promise<DrillResult[]> {
  const watchdog = await Watchdog.start();
  try {
    // The folders of the watchdog are removed with it, for any end of this process.
    const folder = options.keep ? await mkdtemp(join(tmpdir(), PREFIX)) : await watchdog.folder(tmpdir(), PREFIX);
    if (options.keep) options.onProgress(`the histories are kept in ${folder}`);
    const stage: Backstage = {
      program: await bundleProgram(folder, options.library),
      node: options.node,
      peers: join(import.meta.dirname, '../../bench/peers'),
      folder,
      client: options.client,
      library: options.library,
      onStop: (pid) => watchdog.wakeAtEnd(pid),
    };
    return await new Run(stage, options).all(chosen);
  } finally {
    await watchdog.close();
  }
}

class Run {
  readonly #stage: Backstage;
  readonly #options: RunOptions;
  readonly #random: () => number;
  readonly #results = new Map<string, DrillResult[]>();
  #cluster: DrillCluster | undefined;
  #iam: Promise<IamCluster> | undefined;

  constructor(stage: Backstage, options: RunOptions) {
    this.#stage = stage;
    this.#options = options;
    this.#random = seededRandom(options.seed);
  }

  async all(chosen: readonly Chosen[]): Promise<DrillResult[]> {
    using _busy = new OtherLoad(this.#options.busy);
    try {
      this.#cluster = await DrillCluster.start(this.#options.onProgress);
      const isLong = ({ phase }: Chosen): boolean => phase.network === 'iam';
      const together = chosen.filter(({ phase }) => !phase.alone);
      // The longest first, so that the phases end at about the same time.
      await this.#together([...together.filter(isLong), ...together.filter((one) => !isLong(one))]);
      await this.#iam?.then((iam) => iam[Symbol.asyncDispose]());
      await this.#inTurn(chosen.filter(({ phase }) => phase.alone));
      // In the requested order.
      return chosen.flatMap(({ drills }) => drills.flatMap(({ name }) => this.#results.get(name)?.shift() ?? []));
    } finally {
      await Promise.all([this.#cluster?.[Symbol.asyncDispose](), this.#iam?.then((iam) => iam[Symbol.asyncDispose]())]);
    }
  }

  async #together(chosen: readonly Chosen[]): Promise<void> {
    const queue = [...chosen];
    const lanes = Array.from({ length: Math.min(this.#options.together, queue.length) }, async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) await this.#one(next);
    });
    await Promise.all(lanes);
  }

  async #inTurn(chosen: readonly Chosen[]): Promise<void> {
    for (const next of chosen) {
      await this.#one(next);
      await this.#mend();
    }
  }

  async #one(chosen: Chosen): Promise<void> {
    const names = chosen.drills.map(({ name }) => name).join(', ');
    this.#options.onProgress(`begins: ${names}`);
    const parts: PhaseParts = {
      stage: this.#stage,
      cluster: this.#cluster!,
      iam: () => (this.#iam ??= IamCluster.start(this.#options.onProgress)),
      random: this.#random,
    };
    for (const result of await runPhase(chosen, parts)) {
      const before = this.#results.get(result.name) ?? [];
      this.#results.set(result.name, [...before, result]);
      this.#options.onResult(result);
    }
  }

  /** The next drill gets repaired brokers, or new ones. */
  async #mend(): Promise<void> {
    try {
      await this.#cluster?.heal();
    } catch (error) {
      this.#options.onProgress(`the brokers do not recover, and are replaced: ${String(error)}`);
      await this.#cluster?.[Symbol.asyncDispose]();
      this.#cluster = await DrillCluster.start(this.#options.onProgress);
    }
  }
}
