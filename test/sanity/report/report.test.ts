import { describe, expect, test } from 'vitest';
import { buildReport, type ReportFacts } from '../../../sanity/report/build.js';
import { CheckList, heads } from '../../../sanity/checks/results.js';
import { junitOf } from '../../../sanity/report/junit.js';
import { printReport } from '../../../sanity/report/print.js';
import { report_schema, type sanity_report } from '../../../sanity/report/schema.js';
import { emptyOutcome, type RunOutcome } from '../../../sanity/steps/context.js';
import { requestResult, workerResult } from '../results.js';

const facts: ReportFacts = {
  runId: 'run',
  startedAt: new Date(0),
  ms: 1234.5,
  target: { kind: 'local', clocks: 'one_host', description: 'a Kafka' },
  config: { connection: { brokers: ['localhost:9092'] } },
  versions: { easy_pubsub: '0', node: 'v20', kafka: null },
};

function outcomeWith(change: (outcome: RunOutcome) => unknown): { checks: CheckList; outcome: RunOutcome } {
  const checks = new CheckList();
  checks.pass(heads.config, 0, 'well');
  const outcome = emptyOutcome(checks);
  outcome.requests.push(requestResult({ sent: 2, delivered: 2 }));
  outcome.worker = workerResult({ handled: 2, replies: 2 }, { done_until: { '0': 2 } });
  change(outcome);
  return { checks, outcome };
}
const reportOf = (change: (outcome: RunOutcome) => unknown = () => undefined): sanity_report => {
  const { checks, outcome } = outcomeWith(change);
  return report_schema.parse(buildReport(facts, checks, outcome));
};

type Case = [name: string, change: (outcome: RunOutcome) => unknown, verdict: string, exit_code: number];

describe('the verdict', () => {
  const cases: Case[] = [
    ['all is well', () => undefined, 'healthy', 0],
    ['a warning', ({ checks }: RunOutcome) => checks.warn(heads.disposal, 1, 'slow', 'look'), 'healthy', 0],
    [
      'a check that failed',
      ({ checks }: RunOutcome) => checks.fail(heads.order, 1, { code: 'x', evidence: 'e', hint: 'h' }),
      'unhealthy',
      1,
    ],
    [
      'a frame that is lost, though every check passed',
      ({ requests }: RunOutcome) => requests.push(requestResult({ sent: 1, unanswered: 1 })),
      'unhealthy',
      1,
    ],
    ['no broker answered', (outcome: RunOutcome) => (outcome.unreachable = true), 'no_verdict', 2],
  ];
  test.each(cases)('%s', (_, change, verdict, exit_code) => {
    expect(reportOf(change)).toMatchObject({ verdict, exit_code });
  });

  test('exceptions stay a hundred, and are counted beyond', () => {
    const exceptions = Array.from({ length: 100 }, (_, n) => ({ kind: 'late' as const, correlation_id: String(n) }));
    const report = reportOf(({ requests }) => {
      for (let n = 0; n < 2; n += 1) requests.push(requestResult({}, { exceptions, exceptions_left_out: 5 }));
    });
    expect(report.exceptions).toHaveLength(100);
    expect(report.exceptions_left_out).toBe(110);
  });
});

describe('printed', () => {
  const broken = reportOf(({ checks }) => {
    checks.fail(heads.topics, 12, { code: 'topic_unknown', evidence: 'no topic', hint: 'Create it.' });
    checks.blockedByLast(heads.order);
  });

  test('for people: each check a line, the failure with its code and what to do, one verdict line; no colour off a terminal', () => {
    const text = printReport(broken, false);
    const lines = text.split('\n');
    expect(text).not.toContain('\u001b');
    expect(lines.find((line) => line.includes(heads.topics.title))).toMatch(/^✗.*12 ms.*no topic \[topic_unknown\]/);
    expect(text).toMatch(/→ Create it\./);
    expect(lines.find((line) => line.includes(heads.order.title))).toMatch(
      /not done: topics, leaders and replicas failed/,
    );
    expect(lines.findLast((line) => line !== '')).toMatch(
      /^unhealthy: topics, leaders and replicas \(1\.2 s.*exit code 1\)$/,
    );
    expect(printReport(broken, true)).toContain('\u001b');
  });

  test('for CI: JUnit XML with what breaks XML escaped', () => {
    const report = reportOf(({ checks }) =>
      checks.fail(heads.topics, 12, { code: 'x', evidence: `<a> & "b" '\u0001'`, hint: 'h' }),
    );
    const xml = junitOf(report);
    expect(xml).toContain('tests="2" failures="1" skipped="0"');
    expect(xml).toContain('message="&lt;a&gt; &amp; &quot;b&quot; &apos;&apos;"');
    expect(xml.match(/<testcase /g)).toHaveLength(2);
  });
});
