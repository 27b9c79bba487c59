import { expect, test } from 'vitest';
import { patient } from '../support/patience.js';
import { snippetProblems } from '../../scripts/docs/snippet-problems.js';
import { handWrittenPages, snippetsOf } from '../../scripts/docs/snippets.js';

test('a block that does not compile is reported', { timeout: patient(60_000) }, async () => {
  const text = "import { config } from 'easy-pubsub';\nconfig.create({ connection: { broker: [] } });\n";
  expect(await snippetProblems([{ page: 'page.md', line: 3, language: 'ts', text }])).toEqual([
    expect.stringMatching(/^page\.md, the block in line 3: .*'broker' does not exist/) as string,
  ]);
});

test('the only other languages are those that are checked, and plain text', async () => {
  const all = await Promise.all((await handWrittenPages()).map(snippetsOf));
  expect(new Set(all.flat().map(({ language }) => language))).toEqual(new Set(['', 'ts', 'js', 'sh', 'json', 'text']));
});
