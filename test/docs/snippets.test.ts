import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { patient } from '../support/patience.js';

const ROOT = join(import.meta.dirname, '../..');

const entryPoints = {
  'easy-pubsub': [join(ROOT, 'src/index.ts')],
  'easy-pubsub/opentelemetry': [join(ROOT, 'src/opentelemetry/index.ts')],
};

/** The programs of a page: blocks of code with imports. One may begin with its file name as a comment. */
function programs(page: string): { name: string; text: string }[] {
  return [...page.matchAll(/^```ts\n([^]*?)^```/gm)]
    .map(([, text = '']) => text)
    .filter((text) => /^import /m.test(text))
    .map((text, index) => ({ name: /^\/\/ (\S+\.ts)\n/.exec(text)?.[1] ?? `block-${index}.ts`, text }));
}

/** What the compiler says about these files, which import the library as its users do. */
async function problems(files: readonly { name: string; text: string }[]): Promise<string[]> {
  const cache = join(ROOT, 'node_modules', '.cache');
  await mkdir(cache, { recursive: true });
  // Inside the checkout, so that the packages of examples are found.
  const folder = await mkdtemp(join(cache, 'snippets-'));
  try {
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    for (const { name, text } of files) await writeFile(join(folder, name), text);
    const file = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path));
    const { options } = ts.parseJsonConfigFileContent(file.config, ts.sys, ROOT);
    const program = ts.createProgram(
      files.map(({ name }) => join(folder, name)),
      { ...options, noUnusedLocals: false, paths: entryPoints },
    );
    // The library itself is checked by `npm run check`.
    return files
      .flatMap(({ name }) => ts.getPreEmitDiagnostics(program, program.getSourceFile(join(folder, name))))
      .map(
        ({ file: source, messageText }) =>
          `${source?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
      );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test.each([
  ['first-service', 8],
  ['opentelemetry', 3],
])('every program of docs/%s.md compiles', { timeout: patient(60_000) }, async (page, atLeast) => {
  const files = programs(await readFile(join(ROOT, `docs/${page}.md`), 'utf8'));
  expect(files.length).toBeGreaterThanOrEqual(atLeast);
  expect(await problems(files)).toEqual([]);
});
