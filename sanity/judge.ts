import type { CollectResult } from '../lambda/collecting/collect-run.js';
import type { PositionsResult, TopicFacts } from '../lambda/publishing/positions.js';
import type { PublishResult } from '../lambda/publishing/publish-run.js';
import type { RequestResult } from '../lambda/publishing/request-run.js';
import type { WorkerRunResult } from '../lambda/working/worker-run.js';
import { heads, type CheckHead, type CheckList } from './check-list.js';

/** A disposal on a healthy broker takes half of this. */
const DISPOSAL_LIMIT_MS = 1_000;

export function judgeTopics(checks: CheckList, { worker, reply_to, connect_ms }: PositionsResult, ms: number): void {
  checks.pass(heads.broker_reachable, connect_ms, `a broker answered within ${connect_ms} ms`);
  const topics = [worker, reply_to];
  const leaderless = topics.flatMap((topic) => partitionsWhere(topic, ({ leader }) => leader < 0));
  const behind = topics.flatMap((topic) => partitionsWhere(topic, ({ isr, replicas }) => isr.length < replicas.length));
  const facts = topics.map(({ topic, partitions }) => `${topic} has ${partitions.length} partitions`).join(', ');
  if (leaderless.length > 0) {
    checks.fail(heads.topics, ms, {
      code: 'broker_unavailable',
      evidence: `without a leader: ${leaderless.join(', ')}`,
      hint: 'A broker is down: look at the brokers’ state.',
    });
  } else if (behind.length > 0) {
    checks.warn(
      heads.topics,
      ms,
      `${facts}; replicas are behind: ${behind.join(', ')}`,
      'A broker is down or slow: the next one that fails may take data along.',
    );
  } else {
    checks.pass(heads.topics, ms, `${facts}; all have leaders and all their replicas`);
  }
}

function partitionsWhere(
  { topic, partitions }: TopicFacts,
  is: (facts: TopicFacts['partitions'][number]) => boolean,
): string[] {
  return partitions.filter(is).map(({ partition }) => `${topic}/${partition}`);
}

/** Requests whose replies all have to come, in time, and as expected. */
export function judgeRequests(checks: CheckList, head: CheckHead, results: readonly RequestResult[], ms: number): void {
  const sum = (of: (result: RequestResult) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  const sent = sum(({ ledger }) => ledger.sent);
  const delivered = sum(({ ledger }) => ledger.delivered);
  const wrong = sum((result) => result.wrong);
  const [late, unanswered, send_failed, corrupt, duplicate] = (
    ['late', 'unanswered', 'send_failed', 'corrupt', 'duplicate'] as const
  ).map((key) => sum(({ ledger }) => ledger[key])) as [number, number, number, number, number];
  const faults = told({ late, unanswered, 'not sent': send_failed, corrupt, 'with a wrong reply': wrong });
  if (faults !== '' || delivered < sent) {
    checks.fail(head, ms, {
      code: 'replies_missing',
      evidence: `of ${sent} requests ${delivered} were answered in time (${faults})`,
      hint: 'The exceptions name them, with their positions; the worker’s log has what became of them there.',
    });
  } else if (duplicate > 0) {
    checks.warn(
      head,
      ms,
      `all ${sent} requests were answered; ${duplicate} replies came twice`,
      'A worker or a connection was replaced meanwhile; requests may be handled twice.',
    );
  } else {
    checks.pass(head, ms, `all ${sent} requests were answered, as expected`);
  }
}

export function judgeOrder(checks: CheckList, results: readonly RequestResult[], ms: number): void {
  const disordered = results.reduce((total, result) => total + result.disordered, 0);
  const sent = results.reduce((total, { ledger }) => total + ledger.delivered, 0);
  if (disordered === 0) checks.pass(heads.order, ms, `${sent} requests were handled in the order of their paths`);
  else {
    checks.fail(heads.order, ms, {
      code: 'disordered',
      evidence: `${disordered} requests were answered before an earlier one of their path`,
      hint: 'Do all publishers use the same partitioner, and has the worker topic the partitions it had?',
    });
  }
}

/** Requests that all have to be answered by errors: of a failing handler, and of a worker that does not know them. */
export function judgeErrors(checks: CheckList, results: readonly RequestResult[], ms: number): void {
  const codes: Record<string, number> = {};
  for (const { reply_codes } of results)
    for (const [code, count] of Object.entries(reply_codes)) codes[code] = (codes[code] ?? 0) + count;
  const due = results.reduce((sum, { ledger }) => sum + ledger.sent, 0);
  const wrong = results.reduce((sum, result) => sum + result.wrong, 0);
  const right = (codes['planned_failure'] ?? 0) + (codes['unknown_command'] ?? 0);
  if (right === due && due > 0 && wrong === 0) {
    checks.pass(heads.error_reply, ms, `a failing handler and an unknown command got ${due} error replies`);
  } else {
    checks.fail(heads.error_reply, ms, {
      code: 'error_replies_missing',
      evidence: `of ${due} error replies ${right} came; codes: ${JSON.stringify(codes)}`,
      hint: 'The worker’s log has what became of these requests.',
    });
  }
}

export function judgeSplit(
  checks: CheckList,
  published: PublishResult,
  { ledger, stopped_by }: CollectResult,
  ms: number,
): void {
  const { delivered, late, corrupt, duplicate } = ledger;
  const faults = told({ late, lost: published.sent - delivered - late, 'not sent': published.send_failed, corrupt });
  if (faults !== '') {
    checks.fail(heads.split_flow, ms, {
      code: 'replies_missing',
      evidence: `of ${published.sent} frames ${delivered} were answered and collected (${faults}); collecting ended by ${stopped_by}`,
      hint: 'Does the reply_to function read the topic and the partitions that the frames named?',
    });
  } else if (duplicate > 0) {
    checks.warn(
      heads.split_flow,
      ms,
      `all ${published.sent} replies were collected; ${duplicate} came twice`,
      'Requests may be handled twice when a worker or a connection is replaced.',
    );
  } else
    checks.pass(
      heads.split_flow,
      ms,
      `${published.sent} frames were published by one function, answered by another, collected by a third`,
    );
}

export function judgeBadRecords(
  checks: CheckList,
  planted: PublishResult,
  worker: WorkerRunResult,
  after: RequestResult,
  ms: number,
): void {
  const at = new Set(worker.bad_records.map(({ position }) => `${position.partition}/${position.offset}`));
  const unseen = planted.bad_records.filter(({ partition, offset }) => !at.has(`${partition}/${offset}`));
  if (unseen.length > 0 || after.ledger.delivered < after.ledger.sent) {
    checks.fail(heads.bad_records, ms, {
      code: 'bad_records_unseen',
      evidence: `of ${planted.bad_records.length} bad records the worker told ${planted.bad_records.length - unseen.length}; afterwards ${after.ledger.delivered} of ${after.ledger.sent} requests were answered`,
      hint: 'The worker’s log has what it did with them.',
    });
  } else {
    checks.pass(
      heads.bad_records,
      ms,
      `${planted.bad_records.length} were skipped and told with their positions; the worker went on`,
    );
  }
}

export function judgeDisposal(checks: CheckList, disposals: readonly { name: string; dispose_ms: number }[]): void {
  const slowest = disposals.reduce((slow, next) => (next.dispose_ms > slow.dispose_ms ? next : slow), {
    name: 'none',
    dispose_ms: 0,
  });
  const evidence = `the slowest of ${disposals.length} took ${slowest.dispose_ms} ms (${slowest.name}); the limit is ${DISPOSAL_LIMIT_MS}`;
  if (slowest.dispose_ms <= DISPOSAL_LIMIT_MS) checks.pass(heads.disposal, slowest.dispose_ms, evidence);
  else
    checks.warn(
      heads.disposal,
      slowest.dispose_ms,
      evidence,
      'A broker that is slow to answer a leave request shows here first.',
    );
}

export function judgeCleanup(
  checks: CheckList,
  fates: readonly { name: string; fate: string; reason?: string }[],
  keep: boolean,
): void {
  const left = fates.filter(({ fate }) => fate === 'left');
  if (keep)
    checks.skip(heads.cleanup, `--keep: ${fates.map(({ name }) => name).join(', ')} are left for you to look at`);
  else if (left.length === 0)
    checks.pass(heads.cleanup, 0, `${fates.length} groups were deleted by the functions that made them`);
  else {
    const reasons = left.map(({ name, reason }) => `${name} (${reason ?? 'unknown'})`);
    const evidence = `left behind: ${reasons.join(', ')}`;
    const hint = 'Brokers forget empty groups by themselves; on MSK, deleting needs kafka-cluster:DeleteGroup.';
    // A broker that is slow passes; a right that is missing does not.
    if (left.some(({ reason }) => reason?.includes('[not_authorized]') === true))
      checks.fail(heads.cleanup, 0, { code: 'not_authorized', evidence, hint });
    else checks.warn(heads.cleanup, 0, evidence, hint);
  }
}

/** "3 late, 1 lost"; what is 0 is left out. */
function told(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count !== 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}
