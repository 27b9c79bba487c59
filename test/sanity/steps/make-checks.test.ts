import { expect, test } from 'vitest';
import { runChecks } from '../../../sanity/checks/all-checks.js';
import { fail, pass } from '../../../sanity/checks/check.js';
import { preparation } from '../../../sanity/checks/preparation.js';
import { CheckResults } from '../../../sanity/checks/results.js';
import { blockRest } from '../../../sanity/steps/make-checks.js';

const needed = runChecks.filter(({ optional }) => optional !== true).map(({ id }) => id);

test('after a failed preparation, every check has a line that names it', () => {
  const checks = new CheckResults();
  checks.add(preparation.config, pass('known'));
  checks.add(preparation.foreign_groups, fail('run_refused', 'another group uses the topics', 'use others'));
  blockRest(checks);
  const rest = checks.all.slice(2);
  expect(rest.map(({ id }) => id)).toEqual(needed);
  const { id, title } = preparation.foreign_groups;
  for (const check of rest) {
    expect(check).toMatchObject({
      outcome: 'skipped',
      blocked_by: id,
      evidence: `not made, because this check failed: ${title}`,
    });
  }
});

test('without a failure, nothing is blocked', () => {
  const checks = new CheckResults();
  checks.add(preparation.config, pass('known'));
  blockRest(checks);
  expect(checks.all).toHaveLength(1);
});
