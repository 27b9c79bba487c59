import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CheckHead } from '../../../sanity/checks/check.js';
import { runChecks } from '../../../sanity/checks/all-checks.js';
import { preparation } from '../../../sanity/checks/preparation.js';
import { rehearsalChecks } from '../../../sanity/checks/rehearsal.js';
import { stackChecks } from '../../../sanity/checks/stack.js';
import { preflightChecks } from '../../../sanity/preflight/preflight.js';

const ofRuns: readonly CheckHead[] = [
  ...Object.values<CheckHead>(preparation),
  ...Object.values<CheckHead>(rehearsalChecks),
  ...Object.values<CheckHead>(stackChecks),
  ...runChecks,
];

test('docs/sanity.md has a row for every check of a run, with its title, and no other', () => {
  const rows = [...readFileSync('docs/sanity.md', 'utf8').matchAll(/^\| `(\w+)` \| (.*?) \|/gm)];
  const found = rows.map(([, id, title]) => `${id}: ${title}`);
  expect(found.toSorted()).toEqual(ofRuns.map(({ id, title }) => `${id}: ${title}`).toSorted());
});

test('an id or a title is that of one check, of a run or of the preflight', () => {
  const all = [...ofRuns, ...preflightChecks];
  for (const key of ['id', 'title'] as const) {
    const values = all.map((one) => one[key]);
    expect(values.filter((value, index) => values.indexOf(value) !== index)).toEqual([]);
  }
});
