import { expect, test } from 'vitest';
import { leastPrivilege, rehearsalChecks } from '../../../sanity/checks/rehearsal.js';
import type { SanityReport } from '../../../sanity/report/schema.js';

const verdict = (is: SanityReport['verdict']) => ({ verdict: is }) as SanityReport;
const unused = { role: 'arn:aws:iam::111122223333:role/worker', action: 'kafka-cluster:WriteData', resource: 'worker' };

test('unused rights: title and evidence say which rights are compared', () => {
  expect(rehearsalChecks.least_privilege.title).toContain('on the run’s topics and groups');
  const evidence = expect.stringMatching(/other names, are not compared$/) as string;
  expect(leastPrivilege(verdict('healthy'), [])).toMatchObject([{ outcome: 'pass', evidence }]);
  expect(leastPrivilege(verdict('healthy'), [unused])).toMatchObject([{ outcome: 'warn', evidence }]);
  expect(leastPrivilege(verdict('unhealthy'), [unused])).toEqual([]);
});
