/**
 * What the compiler must read to compare docs with the code: `npm run check:docs`. Prints each difference, and exits
 * with 1 if there is one. Comparisons without the compiler are tests (test/docs).
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiReference } from './api-reference.js';
import { API_REPORT, apiReport } from './api-report.js';
import { withDeclarations } from './declarations.js';
import { declarationOf, entries } from './entries.js';
import { snippetProblems } from './docs/snippet-problems.js';
import { handWrittenPages, ROOT, snippetsOf } from './docs/snippets.js';
import { undocumented } from './undocumented.js';

const problems: string[] = [];

/** The first line that differs says most. */
async function compare(page: string, generated: string): Promise<void> {
  const lines = (await readFile(join(ROOT, page), 'utf8')).split('\n');
  const wanted = generated.split('\n');
  const at = Array.from({ length: Math.max(lines.length, wanted.length) }, (_, i) => i).find(
    (i) => lines[i] !== wanted[i],
  );
  if (at === undefined) return;
  problems.push(
    `${page}:${at + 1} differs from the code. Run \`npm run generate\`.\n  page: ${lines[at] ?? '(end)'}\n  code: ${wanted[at] ?? '(end)'}`,
  );
}

await withDeclarations(async (types) => {
  await compare(API_REPORT, await apiReport(types));
  for (const name of undocumented(types, Object.keys(entries).map(declarationOf)))
    problems.push(`${name}: a public name without this doc comment or tag: an editor shows nothing for it.`);
});
for (const [page, text] of Object.entries(await apiReference())) await compare(page, text);

const blocks = (await Promise.all((await handWrittenPages()).map(snippetsOf))).flat();
const programs = blocks.filter(({ language }) => language === 'ts');
if (programs.length === 0) problems.push('no page has a block of TypeScript: the reader of blocks is broken');
problems.push(...(await snippetProblems(programs)));

process.stderr.write(problems.map((problem) => `${problem}\n`).join(''));
process.exitCode = problems.length === 0 ? 0 : 1;
