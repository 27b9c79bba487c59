import type { CollectResult } from '../../lambda/collecting/collect-run.js';
import type { PositionsResult } from '../../lambda/publishing/positions.js';
import type { PublishResult } from '../../lambda/publishing/publish-run.js';
import type { RequestResult } from '../../lambda/publishing/request-run.js';
import type { ProcessFacts } from '../../lambda/runtime/shell.js';
import { functionNames, type FunctionName } from '../../lambda/functions.js';
import type { RunResults } from '../ledger.js';
import type { MissingRight } from '../report/schema.js';

export interface SplitFacts {
  readonly collected: CollectResult;
  readonly collectMs: number;
  /** Undefined when publishing failed. */
  readonly published: PublishResult | undefined;
  readonly ms: number;
}

/** An invocation that joins the group of its function. */
export interface Membership {
  readonly name: FunctionName;
  readonly state: 'running' | 'failed' | 'returned';
}

/** The findings of a run, from which its checks and its report are made. */
export interface RunOutcome extends RunResults {
  /** The invocations that join a group, in the order in which they ended. */
  memberships: Membership[];
  /** Process ids, by function. */
  readonly processes: Map<FunctionName, Set<number>>;
  /** No broker answered in Kafka's protocol: nothing is known about Kafka. */
  unreachable: boolean;
  /** Missing rights; undefined when the functions were not asked. */
  client_cause: MissingRight[] | undefined;
  /** Of a fresh process, and of one that was running. */
  cold: RequestResult | undefined;
  warm: RequestResult | undefined;
  positions:
    { readonly result: PositionsResult & { process?: Partial<ProcessFacts> }; readonly ms: number } | undefined;
  /** `complete`: all invocations of the step were answered. */
  roundTrips:
    { readonly results: readonly RequestResult[]; readonly ms: number; readonly complete: boolean } | undefined;
  split: SplitFacts | undefined;
  /** `errors`: in the order of `errorCases`. */
  replies:
    { readonly several: RequestResult; readonly errors: readonly RequestResult[]; readonly ms: number } | undefined;
  bad:
    { readonly planted: PublishResult['bad_records']; readonly after: RequestResult; readonly ms: number } | undefined;
  workerMs: number;
}

export function emptyOutcome(): RunOutcome {
  return {
    memberships: [],
    processes: new Map(),
    unreachable: false,
    requests: [],
    publishes: [],
    collects: [],
    collecting_cut_short: false,
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

/**
 * The functions whose last invocation as a member of their group returned no result: it may have deleted the group, or
 * not. A later result of the same function says what happened to their common group.
 */
export function groupsUnknown({ memberships }: Pick<RunOutcome, 'memberships'>): FunctionName[] {
  return functionNames.filter((name) => {
    const ofFunction = memberships.filter((one) => one.name === name);
    return ofFunction.some(({ state }) => state === 'running') || ofFunction.at(-1)?.state === 'failed';
  });
}

/** The invocations that joined a group and ended, by function. */
export function finishedRuns({ requests, collects, worker }: RunResults) {
  return [
    ...requests.map((result) => ({ name: 'publisher', ...result })),
    ...collects.map((result) => ({ name: 'reply_to', ...result })),
    ...(worker === undefined ? [] : [{ name: 'worker', ...worker }]),
  ].map(({ name, dispose_ms, group }) => ({ name, dispose_ms, group }));
}
