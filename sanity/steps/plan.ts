import { framesInFlight } from '../../lambda/publishing/in-flight.js';
import type { FunctionName } from '../../lambda/functions.js';
import type { SanityOptions } from '../options.js';

/** Offsets by partition, as the functions take them. */
export type Offsets = Readonly<Record<string, number>>;

/** The positions at which a run starts, and the partitions for the replies of its split flow. */
export interface RunStart {
  readonly worker: Offsets;
  readonly reply_to: Offsets;
  readonly reply_partitions: readonly number[];
}

/** Counted requests are spread over this many paths. */
const PATHS = 20;
/** Longer events are refused. */
const MOST_MS = 900_000;
/** The first join of a group on a fresh cluster is slow. */
const FIRST_JOIN_MS = 60_000;
const REQUEST_MS = 10_000;
const DRAIN_MS = 2_000;

/** Requests that must get error replies, and the code of these. */
export const errorCases = [
  { step: 'failing', command: 'fail', count: 3, code: 'planned_failure' },
  { step: 'unknown', command: 'no-such-command', count: 1, code: 'unknown_command' },
] as const;

/** Every event of a run, planned before it starts. Pure: options in, events out. */
export function plan(runId: string, options: SanityOptions) {
  const { count, concurrency, payloadBytes, keep } = options;
  // Some in a fresh process, so that the report shows latencies of a cold start beside warm ones.
  const cold = Math.min(50, Math.max(1, Math.floor(count / 4)));
  const request = (step: string, event: object): object => ({
    action: 'request',
    run_id: runId,
    step,
    timeout_ms: REQUEST_MS,
    drain_ms: DRAIN_MS,
    keep,
    ...event,
  });
  const counted = { concurrency, payload_bytes: payloadBytes, paths: PATHS };
  // This step shows the way of frames, not their number: large frames would only take memory and time.
  const split = framesInFlight(Math.min(1_000, Math.max(1, Math.floor(count / 2))), payloadBytes);
  return {
    positions: { action: 'positions', run_id: runId },
    worker: ({ worker }: RunStart): object => ({
      run_id: runId,
      from: worker,
      idle_ms: Math.min(MOST_MS, options.timeoutMs),
      keep,
    }),
    cold: request('cold', { count: cold, warm_up_ms: Math.min(FIRST_JOIN_MS, options.timeoutMs), ...counted }),
    /** The number of counted requests after the cold ones. */
    warm_count: count - cold,
    warm: count > cold ? request('warm', { count: count - cold, ...counted }) : undefined,
    split,
    split_publish: ({ reply_partitions }: RunStart): object => ({
      action: 'publish',
      run_id: runId,
      step: 'split',
      generate: { count: split, paths: PATHS, payload_bytes: payloadBytes, reply_partitions },
    }),
    split_collect: ({ reply_to }: RunStart): object => ({
      run_id: runId,
      from: reply_to,
      of_step: 'split',
      count: split,
      idle_ms: REQUEST_MS + DRAIN_MS,
      keep,
    }),
    /** One join serves three kinds of request; a join of an empty group takes 3 s on MSK. */
    cases: request('several', {
      command: 'several',
      expect: 'several',
      count: 3,
      also: errorCases.map(({ step, command, count }) => ({
        step,
        command,
        count,
        expect: 'error',
        timeout_ms: REQUEST_MS,
      })),
    }),
    bad_records: {
      action: 'publish',
      run_id: runId,
      step: 'bad',
      bad_records: ['null_value', 'empty_value', 'random_bytes', 'truncated'],
    },
    /** The worker continued, and ends now: its result lists the records that it skipped. */
    after_bad: request('after-bad', {
      count: 5,
      paths: 5,
      also: [{ step: 'finish', command: 'finish', count: 1, timeout_ms: REQUEST_MS }],
    }),
    rights: { action: 'rights', run_id: runId, keep },
    finish: request('finish', { command: 'finish', count: 1 }),
  };
}

/** Whether an invocation with this event joins the group of its function. */
export function joinsGroup(name: FunctionName, event: object): boolean {
  const action = 'action' in event ? event.action : undefined;
  return name === 'publisher' ? action === 'request' : action !== 'rights';
}

export type Plan = ReturnType<typeof plan>;
