import { expect, test } from 'vitest';
import { easyPubsub } from '../support/broker-cli.js';

test('invoke --help names the functions, the options with their defaults, and the exit codes', async () => {
  const ran = await easyPubsub({ env: process.env }, 'invoke', '--help');
  expect(ran.exitCode, ran.stderr).toBe(0);
  expect(ran.stdout).toMatch(/"publisher",\s+"worker",\s+"reply_to"/);
  for (const option of ['--event <file>', '--timeout <seconds>', '--memory <MB>']) expect(ran.stdout).toContain(option);
  expect(ran.stdout).toMatch(/default: 60\b/);
  expect(ran.stdout).toMatch(/Exit code 0:\s+ok\.\s+1:[^]*\.\s+2:\s/);
});

test('… and its text after the options is broken at words, as the options are', async () => {
  const { stdout } = await easyPubsub({ env: process.env }, 'invoke', '--help');
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

/** For a process whose output is a terminal of this width, as far as commander asks. */
const terminal = (columns: number) =>
  `--import=data:text/javascript,Object.assign(process.stdout,{isTTY:true,columns:${columns}})`;

test.each(['sanity', 'invoke', 'tail', 'topics', 'kafka'])(
  'on a narrow terminal, %s --help is broken at words',
  async (command) => {
    const env = { ...process.env, NODE_OPTIONS: terminal(60), NO_COLOR: '1' };
    const ran = await easyPubsub({ env }, command, '--help');
    expect(ran.exitCode, ran.stderr).toBe(0);
    expect(ran.stdout.split('\n').filter((line) => line.length > 60)).toEqual([]);
  },
);
