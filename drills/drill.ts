import type { DrillCluster, Network } from './stage/cluster.js';
import type { IamCluster } from './stage/iam-cluster.js';
import type { World } from './stage/world.js';
import type { ClientName } from './programs/input.js';

/** One drill: a name on the command line, a row of the report, and a world of its own. */
export interface Drill {
  readonly name: string;
  /** What happens, in a few words. */
  readonly title: string;
  /** Where the coordinator of both its groups is, seen from the broker that is broken. @default anywhere */
  readonly coordinator?: 'victim' | 'other';
}

/** What a fault knows and says. */
export interface Scene {
  /** One for each drill of the phase that is run. */
  readonly worlds: readonly World[];
  /** The first of them. */
  readonly world: World;
  readonly cluster: DrillCluster;
  /** For phases in the network `iam`. */
  readonly iam: IamCluster;
  /** The broker to break. */
  readonly victim: number;
  /** The fault begins now. */
  fault(): void;
  /** The end of the fault begins now, where that takes its time. */
  mend(): void;
  /** The fault is over now. */
  heal(): void;
  /** That the fault happened, or not: what was looked at, and what was seen. */
  prove(holds: boolean, what: string, seen: string): void;
}

/** One fault, and the drills that watch it: each in a world of its own, each judged on its own. */
export interface Phase {
  readonly drills: readonly Drill[];
  /** It breaks brokers: no other phase runs at the same time. */
  readonly alone: boolean;
  readonly network: Network | 'iam';
  /** Whose clients can be judged by it. @default ours alone */
  readonly clients?: readonly ClientName[];
  readonly bring: (scene: Scene) => Promise<void>;
}

export const everyClient: readonly ClientName[] = ['ours', 'kafkajs', 'nestjs'];
