import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { patient } from '../support/patience.js';
import { handWrittenPages, ROOT, SnippetFolder, snippetsOf, type Snippet } from './support/snippets.js';

/** What the compiler says about these programs, which import the package as its users do. */
async function problems(snippets: readonly Snippet[]): Promise<string[]> {
  await using folder = await SnippetFolder.make(snippets);
  const file = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(file.config, ts.sys, ROOT);
  const program = ts.createProgram(
    snippets.map((snippet) => folder.file(snippet)),
    // A page may end before a value is used.
    { ...options, noUnusedLocals: false, paths: SnippetFolder.paths },
  );
  // The library itself is checked by `npm run check`.
  return snippets.flatMap((snippet) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(folder.file(snippet)))
      .map(
        ({ messageText }) =>
          `${snippet.page}, the block in line ${snippet.line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
      ),
  );
}

async function programs(): Promise<Snippet[]> {
  const all = await Promise.all((await handWrittenPages()).map(snippetsOf));
  return all.flat().filter(({ language }) => language === 'ts');
}

test('every block of TypeScript in the README and in docs compiles', { timeout: patient(60_000) }, async () => {
  const found = await programs();
  expect(new Set(found.map(({ page }) => page))).toEqual(
    new Set([
      'README.md',
      'docs/configuration.md',
      'docs/errors.md',
      'docs/existing-cluster.md',
      'docs/first-service.md',
      'docs/opentelemetry.md',
    ]),
  );
  expect(await problems(found)).toEqual([]);
});

test('a block that does not compile is reported', { timeout: patient(60_000) }, async () => {
  const text = "import { config } from 'easy-pubsub';\nconfig.create({ connection: { broker: [] } });\n";
  expect(await problems([{ page: 'page.md', line: 3, language: 'ts', text }])).toEqual([
    expect.stringMatching(/^page\.md, the block in line 3: .*'broker' does not exist/) as string,
  ]);
});

test('the only other languages are those that are checked, and plain text', async () => {
  const all = await Promise.all((await handWrittenPages()).map(snippetsOf));
  expect(new Set(all.flat().map(({ language }) => language))).toEqual(new Set(['', 'ts', 'js', 'sh', 'json', 'text']));
});
