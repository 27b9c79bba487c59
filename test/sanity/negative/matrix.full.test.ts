import { onTestFinished, expect, test } from 'vitest';
import { compareRow, type JudgedReport } from '../../../sanity/negative/compare.js';
import type { MatrixReport } from '../../../sanity/negative/report.js';
import { isAlive, SanityProcess, temporary } from '../../support/sanity-process.js';

const matrix = ['--rehearse', '--negative'];

test('the client and the broker name every removed right of every function', { timeout: 900_000 }, async () => {
  const { env, left } = await temporary();
  const end = await SanityProcess.run([...matrix, '--seed', 'full', '--json'], env);
  const report = JSON.parse(end.stdout) as MatrixReport;
  expect(report.rows.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
  expect(end.exitCode, end.stderr).toBe(0);
  const taken = report.rows.flatMap(({ removed }) => (removed === null ? [] : [removed]));
  expect(taken).toHaveLength(22);
  expect(report.rows).toHaveLength(25);
  expect(await left()).toEqual([]);

  // The same reports, without the client's word on the cause or the broker's: not one of these rows is correct.
  for (const { row, removed, failed, client_cause, broker_evidence, ms } of report.rows) {
    if (removed === null || failed === null) continue;
    const check = { id: failed, title: '', outcome: 'fail' as const, ms: 0, evidence: '', hint: '' };
    const said: JudgedReport = {
      verdict: 'unhealthy',
      exit_code: 1,
      checks: [check],
      client_cause,
      broker_evidence,
      ms,
    };
    expect(compareRow({ row, removed }, said).wrong).toEqual([]);
    expect(compareRow({ row, removed }, { ...said, client_cause: [] }).wrong).toHaveLength(1);
    const silent = { ...broker_evidence, denied: [] };
    expect(compareRow({ row, removed }, { ...said, broker_evidence: silent }).wrong).toHaveLength(1);
  }
});

test('Ctrl-C during a row ends both processes, Kafka and the functions, and leaves nothing', async () => {
  const { env, left } = await temporary();
  const running = SanityProcess.start(matrix, env);
  let started: number[] = [];
  onTestFinished(() => started.filter(isAlive).forEach((pid) => process.kill(pid, 'SIGKILL')));
  await running.waitsFor('row 1 of');
  started = running.descendants();
  running.kill('SIGINT');
  const { exitCode, stdout } = await running.ended;
  expect(exitCode).toBe(130);
  expect(stdout).toBe('');
  expect(started.length).toBeGreaterThan(2);
  await expect.poll(() => started.filter(isAlive), { timeout: 30_000 }).toEqual([]);
  await expect.poll(left, { timeout: 30_000 }).toEqual([]);
});
