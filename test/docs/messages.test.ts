import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ROOT } from '../../scripts/docs/snippets.js';

const run = promisify(execFile);

/** What `npm pack` puts into the tarball, without what a build creates. */
async function packed(): Promise<Set<string>> {
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT });
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  return new Set(files.map(({ path }) => path));
}

async function sources(): Promise<[path: string, text: string][]> {
  const folders = ['aws', 'bin', 'lambda', 'lib', 'local', 'rehearsal', 'sanity', 'src'];
  const files = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(join(ROOT, folder), { recursive: true }))
        .filter((name) => name.endsWith('.ts'))
        .map((name) => join(folder, name)),
    ),
  );
  return Promise.all(files.flat().map(async (path) => [path, await readFile(join(ROOT, path), 'utf8')]));
}

test('every page and file that a message or a comment names is in the tarball', async () => {
  const files = await packed();
  const named: string[] = [];
  const missing: string[] = [];
  for (const [path, text] of await sources())
    for (const [file] of text.matchAll(/\b(?:docs|events|proto)\/[\w./-]+\.(?:md|json|proto)\b/g)) {
      named.push(file);
      // An event of `npm run easy-pubsub -- invoke` may be made up.
      if (!files.has(file)) missing.push(`${path}: ${file}`);
    }
  expect(new Set(named).size).toBeGreaterThan(8);
  expect(missing).toEqual([]);
});

test('the tarball has every file and folder that its pages link to', async () => {
  const files = await packed();
  const has = (target: string): boolean =>
    files.has(target) || [...files].some((file) => file.startsWith(`${target}/`));
  const pages = [...files].filter((file) => file.endsWith('.md'));
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/first-service.md']));
  const broken: string[] = [];
  for (const page of pages)
    for (const [, link = ''] of (await readFile(join(ROOT, page), 'utf8')).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)) {
      const target = normalize(join(dirname(page), link));
      if (!has(target)) broken.push(`${page}: ${target}`);
    }
  expect(broken).toEqual([]);
});
