import { existsSync } from 'node:fs';
import { lstat, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkWritable, writeTo } from '../../bin/report-files.js';

async function fileIn(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'report-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, name);
}

test('a file that was not there is not left behind by the check, and one that was there keeps its content', async () => {
  const [report, junit] = [await fileIn('a.json'), await fileIn('a.xml')];
  await writeFile(junit, 'before');
  await checkWritable({ report, junit });
  expect([existsSync(report), await readFile(junit, 'utf8')]).toEqual([false, 'before']);
});

test('one file for two formats is refused', async () => {
  const report = await fileIn('a');
  await expect(checkWritable({ report, junit: join(report, '..', 'a') })).rejects.toThrow(/name the same file/);
});

test.skipIf(!existsSync('/dev/full'))('a full disk is an error that names the option', async () => {
  await expect(writeTo('report', '/dev/full', 'x')).rejects.toThrow(
    '--report names /dev/full, which could not be written (ENOSPC); the result is on standard output',
  );
});

test('a link to a file that is not there yet stays', async () => {
  const report = await fileIn('latest.json');
  await symlink('today.json', report);
  await checkWritable({ report });
  expect((await lstat(report)).isSymbolicLink()).toBe(true);
});
