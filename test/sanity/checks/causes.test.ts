import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkCauses, checkCodes } from '../../../sanity/causes.js';
import { checkSchema } from '../../../sanity/report/schema.js';

test('docs/check-causes.md describes each cause of a failed check, and no other', () => {
  const page = readFileSync('docs/check-causes.md', 'utf8');
  expect([...page.matchAll(/^### `(\w+)`$/gm)].map(([, code]) => code).toSorted()).toEqual([...checkCauses].toSorted());
});

test('no cause has the name of an error code, and a report accepts only both lists', () => {
  expect(new Set(checkCodes).size).toBe(checkCodes.length);
  const code = checkSchema.shape.code;
  expect(checkCodes.filter((one) => !code.safeParse(one).success)).toEqual([]);
  expect(code.safeParse('Runtime.ExitError').success).toBe(false);
});
