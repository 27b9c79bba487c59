import { dirname, join } from 'node:path';
import { overriddenVariables, StackKafka, type GivenOptions } from '../../rehearsal/index.js';
import { Deadline } from '../../src/base/deadline.js';
import { runRehearsal } from '../runs/rehearsal.js';
import type { SanityReport } from '../report/schema.js';
import { rowFile } from './rows.js';

export interface JudgeOptions {
  /** The template from which the rows were created: they are beside it. */
  readonly template: string;
  readonly stackName: string;
  /** The assumed place of the stack (the rows are in no manifest), and values that its template does not have. */
  readonly given: GivenOptions;
  readonly rows: number;
  readonly version: string;
  readonly signal: AbortSignal;
  readonly onProgress: (sentence: string) => void;
  readonly onReport: (row: number, report: SanityReport) => void;
}

/** What differs from AWS and affects a row: part of every result. */
export const matrixSettings = {
  /** MSK has 3000; every join of every row would wait for it, and it affects no result. */
  groupInitialRebalanceDelayMs: 0,
  /** As in every rehearsal. */
  variables: overriddenVariables,
} as const;
const { groupInitialRebalanceDelayMs: GROUP_INITIAL_REBALANCE_DELAY_MS } = matrixSettings;

const START_MS = 180_000;
/** Of one row. A run without a right ends much earlier: denials are final. */
const ROW_MS = 40_000;
/** Few, because this is not a test of frames. */
const COUNT = 8;
const NODES = 2;

/**
 * Rehearses each row's template, one after the other on one Kafka. The changes in the templates are not known here, so
 * that they cannot affect the verdict.
 */
export async function judgeRows(options: JudgeOptions): Promise<void> {
  const { signal, version, onProgress, rows, stackName, given } = options;
  await using kafka = await StackKafka.start({
    nodes: NODES,
    groupInitialRebalanceDelayMs: GROUP_INITIAL_REBALANCE_DELAY_MS,
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
      groupInitialRebalanceDelayMs: GROUP_INITIAL_REBALANCE_DELAY_MS,
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
