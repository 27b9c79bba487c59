import type { DrillCluster, Network } from './stage/cluster.js';
import type { IamCluster } from './stage/iam-cluster.js';
import type { World } from './stage/world.js';
import type { ClientName } from './programs/input.js';

/** One drill: a name on the command line, a row of the report, and its own world. */
export interface Drill {
  readonly name: string;
  /** The fault, in a few words. */
  readonly title: string;
  /** Where the coordinator of both its groups is, relative to the broken broker. @default anywhere */
  readonly coordinator?: 'victim' | 'other';
}

/** The context of a fault. */
export interface Scene {
  /** One for each running drill of the phase. */
  readonly worlds: readonly World[];
  /** The first one. */
  readonly world: World;
  readonly cluster: DrillCluster;
  /** For phases in the network `iam`. */
  readonly iam: IamCluster;
  /** The broker to break. */
  readonly victim: number;
  /** The fault begins now. */
  fault(): void;
  /** The end of the fault begins now, if it takes some time. */
  mend(): void;
  /** The fault is over now. */
  heal(): void;
  /** A proof that the fault happened, or did not: what was checked, and the result. */
  prove(holds: boolean, what: string, seen: string): void;
}

/** One fault, and the drills that share it: each in its own world, each judged separately. */
export interface Phase {
  readonly drills: readonly Drill[];
  /** It breaks brokers: no other phase runs at the same time. */
  readonly alone: boolean;
  readonly network: Network | 'iam';
  /** The clients that can be judged by it. @default only ours */
  readonly clients?: readonly ClientName[];
  readonly bring: (scene: Scene) => Promise<void>;
}

export const everyClient: readonly ClientName[] = ['ours', 'kafkajs', 'nestjs'];
