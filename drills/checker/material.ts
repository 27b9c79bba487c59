import type { ProcessHistory } from '../history/events.js';

/** The times of a drill, on the machine's monotonic clock. */
export interface Marks {
  /** All requesters send from here on. */
  readonly loadFrom: number;
  readonly faultAt: number;
  /**
   * The end of the fault begins, for example a broker is being started, which is another disturbance. @default healedAt
   */
  readonly mendedFrom?: number;
  /** The fault is over. */
  readonly healedAt: number;
  /** No request starts after this. */
  readonly loadUntil: number;
}

/** The state of Kafka, read by an administrator after the drill. */
export interface Readings {
  /** For each group, the number of members after all have left. */
  readonly membersLeft: Readonly<Record<string, number>>;
  /**
   * The number of records of the worker topic that the workers' group has not committed; undefined if this has no
   * meaning.
   */
  readonly lag: number | undefined;
  /** The id in the record at a position of the worker topic, by `partition:offset`, or undefined. */
  readonly records: ReadonlyMap<string, string | undefined>;
  /** Records that the drill wrote itself, and that must be handled. */
  readonly planted: readonly string[];
}

/** Violations that this drill accepts, because they are part of its fault. */
export interface Excuses {
  /** Frames that were acknowledged before this time were in the log that the drill deleted. */
  readonly lostUntil?: number;
  /**
   * Partitions were added to the topic: the next frames of a path are in another partition than the earlier ones, and
   * Kafka has no order between partitions.
   */
  readonly pathsMoved?: boolean;
  /** The time after the start of the fault in which requests must succeed again, for faults that last longer. */
  readonly recoveryAfterFaultMs?: number;
}

/** The data by which a drill is judged. */
export interface Material {
  readonly processes: readonly ProcessHistory[];
  readonly marks: Marks;
  readonly readings: Readings;
  readonly excuses: Excuses;
}

export interface Violation {
  readonly invariant: Invariant;
  /** The number of occurrences. */
  readonly count: number;
  /** The evidence of the first one. */
  readonly sentence: string;
}

/** The invariants of every drill. */
export type Invariant =
  | 'steady'
  | 'one outcome'
  | 'deadline'
  | 'nothing lost'
  | 'order of a path'
  | 'no overlap'
  | 'own reply'
  | 'true positions'
  | 'recovery'
  | 'all work again'
  | 'truth'
  | 'nothing left behind';

/** Several occurrences of one kind are one violation. */
export function violation(invariant: Invariant, sentences: readonly string[]): Violation[] {
  const [sentence] = sentences;
  return sentence === undefined ? [] : [{ invariant, count: sentences.length, sentence }];
}
