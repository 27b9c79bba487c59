import { describe, expect, test } from 'vitest';
import { buildReport, type ReportFacts } from '../../../sanity/report/build.js';
import { fail, pass, warn } from '../../../sanity/checks/check.js';
import { disposal } from '../../../sanity/checks/disposal.js';
import { order } from '../../../sanity/checks/order.js';
import { preparation } from '../../../sanity/checks/preparation.js';
import { CheckResults } from '../../../sanity/checks/results.js';
import { topics } from '../../../sanity/checks/topics.js';
import { junitOf } from '../../../sanity/report/junit.js';
import { printReport } from '../../../sanity/report/print.js';
import { reportSchema, type SanityReport } from '../../../sanity/report/schema.js';
import { emptyOutcome, type RunOutcome } from '../../../sanity/steps/outcome.js';
import { requestResult, workerResult } from '../results.js';

const facts: ReportFacts = {
  runId: 'run',
  startedAt: new Date(0),
  ms: 1234.5,
  target: { kind: 'local', clocks: 'one_host', description: 'a Kafka' },
  config: { connection: { brokers: ['localhost:9092'] } },
  versions: { easy_pubsub: '0', node: 'v20', kafka: null },
};

interface Run {
  readonly checks: CheckResults;
  readonly outcome: RunOutcome;
}
const reportOf = (change: (run: Run) => unknown = () => undefined): SanityReport => {
  const checks = new CheckResults();
  checks.add(preparation.config, pass('valid'));
  const outcome = emptyOutcome();
  outcome.requests.push(requestResult({ sent: 2, delivered: 2 }));
  outcome.worker = workerResult({ handled: 2, replies: 2 }, { done_until: { '0': 2 } });
  change({ checks, outcome });
  return reportSchema.parse(buildReport(facts, checks, outcome));
};

type Case = [name: string, change: (run: Run) => unknown, verdict: string, exit_code: number];

describe('the verdict', () => {
  const cases: Case[] = [
    ['no faults', () => undefined, 'healthy', 0],
    ['a warning', ({ checks }) => checks.add(disposal, warn('slow', 'look')), 'healthy', 0],
    ['a check that failed', ({ checks }) => checks.add(order, fail('disordered', 'e', 'h')), 'unhealthy', 1],
    [
      'topics that other groups use',
      ({ checks }) => checks.add(preparation.foreign_groups, fail('run_refused', 'e', 'h')),
      'no_verdict',
      2,
    ],
    [
      'invalid records of another program',
      ({ outcome }) => (outcome.worker = workerResult({}, { bad: 3 })),
      'healthy',
      0,
    ],
    [
      'a lost frame, although every check passed',
      ({ outcome }) => outcome.requests.push(requestResult({ sent: 1, unanswered: 1 })),
      'unhealthy',
      1,
    ],
    ['no broker answered', ({ outcome }) => (outcome.unreachable = true), 'no_verdict', 2],
  ];
  test.each(cases)('%s', (_, change, verdict, exitCode) => {
    expect(reportOf(change)).toMatchObject({ verdict, exit_code: exitCode });
  });

  test('at most a hundred exceptions are listed, and the others are counted', () => {
    const exceptions = Array.from({ length: 100 }, (_, n) => ({ kind: 'late' as const, correlation_id: String(n) }));
    const report = reportOf(({ outcome }) => {
      for (let n = 0; n < 2; n += 1) outcome.requests.push(requestResult({}, { exceptions, exceptions_left_out: 5 }));
    });
    expect(report.exceptions).toHaveLength(100);
    expect(report.exceptions_left_out).toBe(110);
  });
});

describe('printed', () => {
  const broken = reportOf(({ checks }) => {
    checks.add(topics, fail('topic_unknown', 'no topic', 'Create it.'), 12);
    checks.blocked(order, checks.failed!);
  });

  test('the text has a line for each check, failures with code and hint, one verdict line, and no colours without a terminal', () => {
    const text = printReport(broken, false);
    const lines = text.split('\n');
    expect(text).not.toContain('\u001b');
    expect(lines.find((line) => line.includes(topics.title))).toMatch(/^✗.*12 ms.*no topic \[topic_unknown\]/);
    expect(text).toMatch(/→ Create it\./);
    expect(lines.find((line) => line.includes(order.title))).toMatch(
      /not made, because this check failed: topics exist, and every partition has a leader/,
    );
    expect(lines.findLast((line) => line !== '')).toMatch(
      /^unhealthy: failed check: topics exist, and every partition has a leader \(1\.2 s.*exit code 1\)$/,
    );
    expect(printReport(broken, true)).toContain('\u001b');
  });

  test('the JUnit XML has special characters escaped', () => {
    const report = reportOf(({ checks }) => checks.add(topics, fail('topic_unknown', `<a> & "b" '\u0001'`, 'h')));
    const xml = junitOf(report);
    expect(xml).toContain('tests="3" failures="2" skipped="0"');
    expect(xml).toContain('message="&lt;a&gt; &amp; &quot;b&quot; &apos;&apos;"');
    expect(xml.match(/<testcase /g)).toHaveLength(3);
  });

  test.each([
    ['healthy', () => undefined, 0],
    ['no_verdict', ({ outcome }: Run) => (outcome.unreachable = true), 1],
    ['unhealthy', ({ outcome }: Run) => outcome.requests.push(requestResult({ sent: 1, unanswered: 1 })), 1],
  ])('the JUnit XML of a run that is %s, without a failed check', (verdict, change, failures) => {
    const report = reportOf(change);
    expect(report.verdict).toBe(verdict);
    expect(junitOf(report)).toContain(`tests="2" failures="${failures}" skipped="0"`);
  });
});
