import { dirname, join } from 'node:path';
import { otherwiseHere, StackKafka, type GivenOptions } from '../../rehearsal/index.js';
import { Deadline } from '../../src/base/deadline.js';
import { runRehearsal } from '../rehearsal-run.js';
import type { sanity_report } from '../report.js';
import { rowFile } from './answers.js';

export interface JudgeOptions {
  /** The template that the rows were made of: they lie beside it. */
  readonly template: string;
  readonly stackName: string;
  /** Where the stack is taken to be (the rows' templates are in no manifest), and what its template leaves open. */
  readonly given: GivenOptions;
  readonly rows: number;
  readonly version: string;
  readonly signal: AbortSignal;
  readonly onProgress: (sentence: string) => void;
  readonly onReport: (row: number, report: sanity_report) => void;
}

/** What is otherwise than in AWS, and decides what a row says: it is said wherever the result is. */
export const matrixSettings = {
  /** MSK has 3000; here each join of each row would wait for it, and it decides nothing. */
  groupInitialRebalanceDelayMs: 0,
  /** As in every rehearsal. */
  variables: otherwiseHere,
} as const;
const { groupInitialRebalanceDelayMs } = matrixSettings;

const START_MS = 180_000;
/** Of one row. A run for want of a right ends much sooner: denials are final. */
const ROW_MS = 40_000;
/** Frames are not what is tried here. */
const COUNT = 8;
const NODES = 2;

/**
 * Gives a verdict on each row's template, one after the other on one Kafka, as anybody would who got it from somewhere:
 * what was done to it is not known here.
 */
export async function judgeRows(options: JudgeOptions): Promise<void> {
  const { signal, version, onProgress, rows, stackName, given } = options;
  await using kafka = await StackKafka.start({
    nodes: NODES,
    groupInitialRebalanceDelayMs,
    deadline: new Deadline(START_MS, signal),
    onProgress,
  });
  for (let row = 1; row <= rows; row += 1) {
    onProgress(`row ${row} of ${rows}`);
    const report = await runRehearsal({
      template: join(dirname(options.template), rowFile(row)),
      given: { ...given, stackName },
      context: {},
      kafka,
      groupInitialRebalanceDelayMs,
      count: COUNT,
      concurrency: COUNT,
      payloadBytes: 100,
      timeoutMs: ROW_MS,
      keep: false,
      version,
      signal,
      onProgress: () => undefined,
      onStack: () => undefined,
      onLog: () => undefined,
    });
    options.onReport(row, report);
  }
}
