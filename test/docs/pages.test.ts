import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { metricUnits } from '../../lambda/names/metrics.js';
import { pubsub_error_codes } from '../../src/base/error.js';

const run = promisify(execFile);

async function tracked(...patterns: string[]): Promise<string[]> {
  const { stdout } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...patterns]);
  return stdout.split('\n').filter((file) => file !== '' && existsSync(file));
}

test('docs/errors.md has a paragraph for every error code, and for no other', () => {
  const headings = [...readFileSync('docs/errors.md', 'utf8').matchAll(/^### `(\w+)`$/gm)].map((match) => match[1]);
  expect(headings.toSorted()).toEqual([...pubsub_error_codes].toSorted());
});

test('docs/metrics.md names every metric that the library counts or observes, and every one in CloudWatch', async () => {
  const used = new Set<string>();
  for (const file of await tracked('src/*.ts')) {
    for (const [, name] of readFileSync(file, 'utf8').matchAll(/metrics\.(?:count|observe)\(\s*'(\w+)'/g))
      used.add(name!);
  }
  const [library = '', cloudwatch = ''] = readFileSync('docs/metrics.md', 'utf8').split('## In CloudWatch');
  const namedIn = (text: string): (string | undefined)[] => [...text.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
  expect(namedIn(library).toSorted()).toEqual([...used].toSorted());
  expect(namedIn(cloudwatch)).toEqual(Object.keys(metricUnits));
});

test('every link of a page to a file has an existing target', async () => {
  const broken: string[] = [];
  for (const page of await tracked('*.md')) {
    for (const [, target] of readFileSync(page, 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)) {
      if (!existsSync(join(dirname(page), target!))) broken.push(`${page} → ${target}`);
    }
  }
  expect(broken).toEqual([]);
});

test('docs/opentelemetry.md installs the versions that the tests use', () => {
  const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const named = [...readFileSync('docs/opentelemetry.md', 'utf8').matchAll(/(@opentelemetry\/[\w-]+)@([\d.]+\d)/g)];
  expect(named.length).toBeGreaterThanOrEqual(4);
  for (const [, name = '', version = ''] of named) expect(`${devDependencies[name]}.`).toContain(`${version}.`);
});
