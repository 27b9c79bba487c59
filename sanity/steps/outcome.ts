import type { collect_result } from '../../lambda/collecting/collect-run.js';
import type { positions_result } from '../../lambda/publishing/positions.js';
import type { publish_result } from '../../lambda/publishing/publish-run.js';
import type { request_result } from '../../lambda/publishing/request-run.js';
import type { process_facts } from '../../lambda/runtime/shell.js';
import type { FunctionName } from '../../local/functions/index.js';
import type { RunResults } from '../ledger.js';
import type { missing_right } from '../report/schema.js';

export interface SplitFacts {
  readonly collected: collect_result;
  readonly collectMs: number;
  /** Undefined when publishing failed. */
  readonly published: publish_result | undefined;
  readonly ms: number;
}

/** What a run has found out; its checks and its report are made of it. */
export interface RunOutcome extends RunResults {
  /** Process ids, by function. */
  readonly processes: Map<FunctionName, Set<number>>;
  /** No broker answered in Kafka's protocol: nothing can be said about it. */
  unreachable: boolean;
  /** Missing permissions; undefined when the functions were not asked. */
  client_cause: missing_right[] | undefined;
  /** Of a fresh process, and of one that was running. */
  cold: request_result | undefined;
  warm: request_result | undefined;
  positions:
    { readonly result: positions_result & { process?: Partial<process_facts> }; readonly ms: number } | undefined;
  /** `complete`: all invocations of the step were answered. */
  roundTrips:
    { readonly results: readonly request_result[]; readonly ms: number; readonly complete: boolean } | undefined;
  split: SplitFacts | undefined;
  replies:
    { readonly several: request_result; readonly errors: readonly request_result[]; readonly ms: number } | undefined;
  bad:
    | { readonly planted: publish_result['bad_records']; readonly after: request_result; readonly ms: number }
    | undefined;
  workerMs: number;
}

export function emptyOutcome(): RunOutcome {
  return {
    processes: new Map(),
    unreachable: false,
    requests: [],
    publishes: [],
    collects: [],
    worker: undefined,
    client_cause: undefined,
    cold: undefined,
    warm: undefined,
    positions: undefined,
    roundTrips: undefined,
    split: undefined,
    replies: undefined,
    bad: undefined,
    workerMs: 0,
  };
}

/** The invocations that joined a group and ended, by function. */
export function finishedRuns({ requests, collects, worker }: RunResults) {
  return [
    ...requests.map((result) => ({ name: 'publisher', ...result })),
    ...collects.map((result) => ({ name: 'reply_to', ...result })),
    ...(worker === undefined ? [] : [{ name: 'worker', ...worker }]),
  ].map(({ name, dispose_ms, group }) => ({ name, dispose_ms, group }));
}
