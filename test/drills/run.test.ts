import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';
import { catalogue, choose, drillNames } from '../../drills/catalogue.js';
import { built } from '../support/programs.js';

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

function drill(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [built('drills/run.ts'), ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

test('names are unique, in kebab-case', () => {
  expect(new Set(drillNames).size).toBe(drillNames.length);
  for (const name of drillNames) expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
});

test('choosing a drill chooses its phase, without the other drills of the phase', () => {
  const [only, ...more] = choose(new Set(['broker-killed']), 'ours');
  expect(more).toEqual([]);
  expect(only?.drills.map(({ name }) => name)).toEqual(['broker-killed']);
  expect(choose('all', 'ours')).toHaveLength(catalogue.length);
  expect(choose(new Set(['relogin-refused']), 'nestjs')).toEqual([]);
});

test('the list has every drill', async () => {
  const { code, stdout } = await drill('list');
  expect(code).toBe(0);
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]),
  ).toEqual(drillNames);
});

test.each([
  [['no-such-drill'], 'There is no drill no-such-drill'],
  [['all', '--seed', 'x'], 'whole number'],
])('%j runs nothing, and prints why', async (args, sentence) => {
  const { code, stderr } = await drill(...args);
  expect(code).toBe(2);
  expect(stderr).toContain(sentence);
});
