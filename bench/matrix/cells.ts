import type { PeerName } from '../peer.js';
import { usual, type Load } from '../stage.js';

/** The conditions of one measurement. */
export interface Cell extends Load {
  readonly payloadBytes: number;
  readonly partitions: number;
  readonly requesters: number;
  /** Also the replication factor of the topics. */
  readonly brokers: number;
}

/** The measurements in which the same condition changes. */
export interface Sweep {
  readonly id: 'load' | 'payload' | 'partitions' | 'requesters' | 'brokers';
  readonly title: string;
  readonly changes: readonly Partial<Cell>[];
}

export interface MeasuredCell {
  readonly sweep: Sweep['id'];
  readonly cell: Cell;
  readonly peer: PeerName;
  /** Round trips per second. */
  readonly rate: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  /** Per round trip, of all processes of the peer. */
  readonly client_cpu_us: number;
  readonly broker_cpu_us: number;
  /** CPU of other processes meanwhile, in percent of one CPU. */
  readonly other_percent: number;
}

/** A cell of a peer, with the medians of its rounds. */
export interface MatrixRow extends Cell, Omit<MeasuredCell, 'cell'> {
  /** How many rounds were kept. */
  readonly rounds: number;
}

export interface MatrixResult {
  readonly date: string;
  readonly machine: string;
  readonly node: string;
  readonly kafka: string;
  readonly seconds: number;
  readonly cells: readonly MatrixRow[];
}

const base: Cell = {
  inFlight: 256,
  paths: 64,
  payloadBytes: usual.payloadBytes,
  partitions: usual.partitions,
  requesters: usual.requesters,
  brokers: 1,
};

export const sweeps: readonly Sweep[] = [
  {
    id: 'load',
    title: 'Requests in flight, and the paths that they share',
    changes: [1, 64, 4_096].flatMap((paths) => [1, 8, 32, 256, 2_048].map((inFlight) => ({ paths, inFlight }))),
  },
  {
    id: 'payload',
    title: 'Payload',
    changes: [100, 1_000, 64_000].map((payloadBytes) => ({ payloadBytes, inFlight: 32 })),
  },
  { id: 'partitions', title: 'Partitions of each topic', changes: [1, 6, 60].map((partitions) => ({ partitions })) },
  { id: 'requesters', title: 'Requesters in one group', changes: [1, 2, 4].map((requesters) => ({ requesters })) },
  {
    id: 'brokers',
    title: 'Brokers, which are also the replicas',
    changes: [1, 3].map((brokers) => ({ brokers })),
  },
];

export function cellsOf({ changes }: Sweep): Cell[] {
  return changes.map((change) => ({ ...base, ...change }));
}
