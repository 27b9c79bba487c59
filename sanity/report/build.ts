import { accountedFor, isClean, ledgerOf, partsOf } from '../ledger.js';
import { hops } from './hops.js';
import type { Check, HopLatencies, Ledger, SanityReport } from './schema.js';
import type { RequestResult } from '../../lambda/publishing/request-run.js';
import { preparation } from '../checks/preparation.js';
import type { CheckResults } from '../checks/results.js';
import { emptyOutcome, finishedRuns, type RunOutcome } from '../steps/outcome.js';
import type { Target } from '../targets/target.js';

export interface ReportFacts {
  readonly runId: string;
  readonly startedAt: Date;
  readonly ms: number;
  readonly target: Pick<Target, 'kind' | 'clocks'> & { description: string };
  readonly config: SanityReport['config'];
  readonly versions: SanityReport['versions'];
}

/** Creates the report of a run. Pure. `outcome` is undefined when the run could not start. */
export function buildReport(facts: ReportFacts, checks: CheckResults, outcome: RunOutcome | undefined): SanityReport {
  const results = outcome ?? emptyOutcome();
  const ledger = ledgerOf(results);
  const requests = results.requests.flatMap(partsOf);
  const reason = noVerdict(checks, ledger, outcome);
  const failed = checks.failed !== undefined || !isClean(ledger);
  const verdict = reason !== undefined ? 'no_verdict' : failed ? 'unhealthy' : 'healthy';
  const exceptions = [
    ...requests.flatMap((request) => request.exceptions),
    ...results.collects.flatMap((collect) => collect.exceptions),
  ];
  const groups = finishedRuns(results).map(({ name, group }) => ({
    function: name,
    name: group.name,
    outcome: group.outcome,
  }));
  return {
    schema_version: 1,
    kind: 'sanity',
    run_id: facts.runId,
    started_at: facts.startedAt.toISOString(),
    ms: Math.round(facts.ms),
    target: { kind: facts.target.kind, description: facts.target.description },
    verdict,
    reason,
    exit_code: verdict === 'healthy' ? 0 : verdict === 'unhealthy' ? 1 : 2,
    config: facts.config,
    versions: facts.versions,
    // Process ids of several machines say nothing.
    processes:
      facts.target.clocks === 'several'
        ? {}
        : Object.fromEntries([...(outcome?.processes ?? [])].map(([name, pids]) => [name, [...pids]])),
    checks: checks.all.map((one): Check => ({ ...one })),
    client_cause: outcome?.client_cause,
    ledger,
    exceptions: exceptions.slice(0, 100).map((exception) => ({ ...exception })),
    exceptions_left_out:
      Math.max(0, exceptions.length - 100) +
      [...requests, ...results.collects].reduce((sum, { exceptions_left_out }) => sum + exceptions_left_out, 0),
    records: {
      worker: [
        ...requests.flatMap(({ positions }) => positions),
        ...results.publishes.flatMap(({ positions }) => positions),
      ].map(([partition, offset, id]) => [partition, offset, id]),
      reply_to: [
        ...requests.flatMap(({ reply_positions }) => reply_positions),
        ...results.collects.flatMap(({ positions }) => positions),
      ].map(([partition, offset, id]) => [partition, offset, id]),
      bad: results.publishes.flatMap(({ bad_records }) => bad_records).map((bad) => ({ ...bad })),
      left_out: [...requests, ...results.publishes, ...results.collects].reduce(
        (sum, { positions_left_out }) => sum + positions_left_out,
        0,
      ),
    },
    groups: [...new Map(groups.map((group) => [group.name, group])).values()],
    worker_done_until: { ...results.worker?.done_until },
    latency: { cold: latencyOf(outcome?.cold), warm: latencyOf(outcome?.warm) },
    clocks: facts.target.clocks,
  };
}

/** Why a run has no verdict; undefined if it has one. */
function noVerdict(checks: CheckResults, ledger: Ledger, outcome: RunOutcome | undefined): string | undefined {
  const { failed, cutShort } = checks;
  if (outcome === undefined || outcome.unreachable)
    return failed === undefined ? 'the run could not start' : `failed check: ${failed.title}`;
  // Nothing was written, so nothing was judged.
  if (failed?.id === preparation.foreign_groups.id) return `failed check: ${failed.title}`;
  const sum = accountedFor(ledger);
  if (sum !== ledger.sent)
    return `internal error: the ledger is inconsistent: ${ledger.sent} sent, but ${sum} outcomes`;
  return failed === undefined && isClean(ledger) ? cutShort?.evidence : undefined;
}

const none = { count: 0, p50: null, p95: null, p99: null, max: null };

function latencyOf(result: RequestResult | undefined): HopLatencies {
  return Object.fromEntries(hops.map((hop) => [hop, { ...(result?.latency[hop] ?? none) }])) as HopLatencies;
}
