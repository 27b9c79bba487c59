import type { ProcessHistory } from '../history/events.js';

/** When things happened, on the machine's monotonic clock. */
export interface Marks {
  /** All requesters send from here on. */
  readonly loadFrom: number;
  readonly faultAt: number;
  /** The end of the fault begins: a broker is being started, say, which is a disturbance of its own. @default healedAt */
  readonly mendedFrom?: number;
  /** The fault is over. */
  readonly healedAt: number;
  /** No request is begun from here on. */
  readonly loadUntil: number;
}

/** Kafka's own word, read by an administrator after the drill. */
export interface Readings {
  /** Of each group: how many members there are after all have left. */
  readonly membersLeft: Readonly<Record<string, number>>;
  /** Records of the worker topic that the workers' group has not committed; undefined where that says nothing. */
  readonly lag: number | undefined;
  /** What is at a position of the worker topic, by `partition:offset`: the id in the record, or undefined. */
  readonly records: ReadonlyMap<string, string | undefined>;
  /** Records that the drill wrote itself, and that have to be handled. */
  readonly planted: readonly string[];
}

/** What this drill's fault excuses, because it is the fault. */
export interface Excuses {
  /** What was acknowledged up to here went with the log that the drill deleted. */
  readonly lostUntil?: number;
  /**
   * The topic has got more partitions: a path's next frames are in another partition than those before them, and Kafka
   * has no order between partitions.
   */
  readonly pathsMoved?: boolean;
  /** Success has to be back so soon after the fault began; for faults that outlast it. */
  readonly recoveryAfterFaultMs?: number;
}

/** All that a drill is judged by. */
export interface Material {
  readonly processes: readonly ProcessHistory[];
  readonly marks: Marks;
  readonly readings: Readings;
  readonly excuses: Excuses;
}

export interface Violation {
  readonly invariant: Invariant;
  /** How often. */
  readonly count: number;
  /** What was seen, of the first. */
  readonly sentence: string;
}

/** What has to hold in every drill. */
export type Invariant =
  | 'steady'
  | 'one outcome'
  | 'deadline'
  | 'nothing lost'
  | 'order of a path'
  | 'no overlap'
  | 'right reply'
  | 'true positions'
  | 'recovery'
  | 'all work again'
  | 'truth'
  | 'nothing left behind';

/** Many of one kind are one violation. */
export function violation(invariant: Invariant, sentences: readonly string[]): Violation[] {
  const [sentence] = sentences;
  return sentence === undefined ? [] : [{ invariant, count: sentences.length, sentence }];
}
