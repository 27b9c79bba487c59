import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printReport } from '../../../sanity/report/print.js';
import { wrapped } from '../../../sanity/report/wrap.js';
import { CheckResults } from '../../../sanity/checks/results.js';
import { fail, pass } from '../../../sanity/checks/check.js';
import { buildReport } from '../../../sanity/report/build.js';
import { requestResult } from '../results.js';
import { emptyOutcome } from '../../../sanity/steps/outcome.js';

const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 40 }).map((all) => all.join(' '));

test('any line is broken at its spaces, and nothing is lost', () => {
  fc.assert(
    fc.property(words, fc.integer({ min: 30, max: 100 }), fc.integer({ min: 0, max: 8 }), (line, width, indent) => {
      const parts = wrapped(line, width, indent);
      expect(parts.every((part) => part.length <= width)).toBe(true);
      expect(parts.map((part) => part.trim()).join(' ')).toBe(line);
    }),
  );
});

test('a word that is longer than a line stays whole', () => {
  expect(wrapped('see https://example.com/a/long/path now', 10)).toEqual([
    'see',
    'https://example.com/a/long/path',
    'now',
  ]);
});

describe('a report on a terminal', () => {
  const checks = new CheckResults();
  const why = 'the brokers refused the connection of the publisher function, and of every other one';
  const first = { id: 'one', title: 'a broker accepts the publisher function’s connection' };
  checks.add(
    { id: 'zero', title: 'topics exist, and every partition has a leader' },
    pass('every partition has a leader'),
    1_234,
  );
  checks.fail(first, {
    ...{
      code: 'connection_refused',
      evidence: why,
      hint: 'Check the addresses of the brokers, and that they are running.',
    },
    log: [
      JSON.stringify({ level: 'ERROR', message: why, error: { code: 'connection_refused' } }),
      `{"level":"WARN","message":"it was retried","fields":{"text":"${'x'.repeat(400)}`,
    ],
  });
  for (const id of ['two', 'three', 'four']) checks.blocked({ id, title: id }, checks.failed!);
  const facts = {
    ...{ runId: 'r', startedAt: new Date(0), ms: 1, config: { topics: { worker: 'w', reply_to: 'r' } } },
    target: { kind: 'local' as const, clocks: 'one_host' as const, description: 'x' },
    versions: { easy_pubsub: '0', node: 'v20', kafka: null },
  };
  const report = buildReport(facts, checks, emptyOutcome());

  test.each([60, 80, 120])('%i columns: no line is longer, and no word is missing', (columns) => {
    const text = printReport(report, false, columns);
    expect(text.split('\n').filter((line) => line.length > columns)).toEqual([]);
    const flat = text.replaceAll(/\s+/g, ' ');
    for (const word of why.split(' ')) expect(flat).toContain(word);
    expect(flat).toContain('[connection_refused]');
  });

  test('what was not made has one line, and the log does not repeat the evidence or show JSON', () => {
    const text = printReport(report, false);
    expect(text).toMatch(/^– {2}3 more checks .*not made, because this check failed: a broker accepts/m);
    expect(text.split('more checks')).toHaveLength(2);
    expect(text).not.toContain('{');
    expect(text.split(why)).toHaveLength(2);
    expect(text).toContain('log: WARN it was retried');
  });

  test('a run that was cut short has no verdict, and says why once', () => {
    const cut = new CheckResults();
    const hint = 'A time limit of 90 s would be enough (--timeout 90).';
    cut.add(
      { id: 'one', title: 'requests get the expected replies in time' },
      { outcome: 'skipped', code: 'time_up', evidence: 'the time was over', hint },
    );
    const short = buildReport(facts, cut, emptyOutcome());
    expect(short).toMatchObject({ verdict: 'no_verdict', exit_code: 2, reason: 'the time was over' });
    expect(printReport(short, false)).toContain(hint);
    // A failure is a verdict, whatever else there was no time for.
    cut.add({ id: 'two', title: 'order' }, fail('disordered', 'x', 'y'));
    expect(buildReport(facts, cut, emptyOutcome())).toMatchObject({ verdict: 'unhealthy', exit_code: 1 });
  });

  test('counts that do not add up are an internal error, and no verdict', () => {
    const outcome = emptyOutcome();
    outcome.requests.push(requestResult({ sent: 5, delivered: 2 }));
    const wrong = buildReport(facts, new CheckResults(), outcome);
    expect(wrong).toMatchObject({
      verdict: 'no_verdict',
      reason: expect.stringMatching(/5 sent, but 2 outcomes/) as string,
    });
  });
});
