import { expect, test } from 'vitest';
import { deniedGroups } from '../../../sanity/checks/denied-reads.js';
import { foreignGroupsFinding } from '../../../sanity/checks/foreign-groups.js';
import { config } from '../../../src/index.js';

const settings = config.create({
  connection: { brokers: ['localhost:9092'] },
  topics: { worker: 'w', reply_to: 'r' },
});

test.each([
  [['a'], 'the brokers deny describing this group: a'],
  [['a', 'b'], 'the brokers deny describing these groups: a, b'],
])('groups %j that may be listed but not described are named', (denied, sentence) => {
  expect(deniedGroups(denied)).toBe(sentence);
  const evidence = `no other group reads w or r, or has committed there (not looked at, because ${sentence})`;
  const found = foreignGroupsFinding({ foreign: [], denied }, settings, { allowForeignGroups: false });
  expect(found).toEqual({ outcome: 'pass', evidence });
});

test('on topics that were named, a group that may not be described could be a service: the run is refused', () => {
  const choice = { topics: { worker: 'w' }, allowForeignGroups: false };
  expect(foreignGroupsFinding({ foreign: [], denied: ['a'] }, settings, choice)).toMatchObject({
    outcome: 'fail',
    code: 'run_refused',
    evidence: expect.stringContaining(deniedGroups(['a'])) as string,
  });
});
