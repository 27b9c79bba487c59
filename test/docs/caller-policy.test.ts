import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('docs/aws.md grants the caller of sanity --stack exactly the actions that the code uses', () => {
  const [, json = ''] =
    /## A verdict against the stack[^]*?```json\n([^]*?)```/.exec(readFileSync('docs/aws.md', 'utf8')) ?? [];
  const { Statement } = JSON.parse(json) as { Statement: { Effect: string; Action: string; Resource: string }[] };
  const asked = new Set(
    ['connect', 'describe-stack', 'invoke-function'].flatMap((file) =>
      [...readFileSync(`aws/${file}.ts`, 'utf8').matchAll(/'([a-z]+:[A-Z]\w+)'/g)].map(([, action]) => action),
    ),
  );
  expect(Statement.map(({ Action }) => Action).toSorted()).toEqual([...asked].toSorted());
  expect(Statement.every(({ Effect }) => Effect === 'Allow')).toBe(true);
  expect(Statement.filter(({ Resource }) => Resource === '*')).toEqual([]);
});
