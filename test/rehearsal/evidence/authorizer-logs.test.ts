import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { AuthorizerLogs } from '../../../rehearsal/evidence/authorizer-logs.js';

const FOLDER = mkdtempSync(join(tmpdir(), 'authorizer-logs-test-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));
const files = [join(FOLDER, 'one.log'), join(FOLDER, 'two.log')] as const;
const line = (topic: string): string =>
  `[2026-11-25 00:31:26,327] INFO Principal = User:me is Denied operation = READ from host = 127.0.0.1 on resource = Topic:LITERAL:${topic} for request = Fetch with resourceRefCount = 1 (kafka.authorizer.logger)\n`;

let logs: AuthorizerLogs;
beforeEach(() => {
  for (const file of files) writeFileSync(file, '');
  logs = new AuthorizerLogs(files);
});
const topics = async (...marks: Parameters<AuthorizerLogs['between']>): Promise<string[]> =>
  (await logs.between(...marks)).map(({ resource }) => resource);

test('between two marks: the decisions of every broker, and nothing before or after', async () => {
  appendFileSync(files[0], line('before'));
  const from = await logs.mark();
  appendFileSync(files[0], line('a'));
  appendFileSync(files[1], `something else\n${line('b')}`);
  const to = await logs.mark();
  appendFileSync(files[1], line('after'));
  expect(await topics(from, to)).toEqual(['a', 'b']);
  expect(await topics(to, await logs.mark())).toEqual(['after']);
  expect(await topics(to, to)).toEqual([]);
});

test('marks count bytes, not characters', async () => {
  appendFileSync(files[0], `über ${line('ä')}`);
  const from = await logs.mark();
  appendFileSync(files[0], line('a'));
  expect(await topics(from, await logs.mark())).toEqual(['a']);
});

test('from a mark, and from the end of each reading: an incomplete line is read when it is complete', async () => {
  const from = await logs.mark();
  const half = line('ü').length - 20;
  appendFileSync(files[0], line('ä') + line('ü').slice(0, half));
  const first = await logs.since(from);
  expect(first.decisions.map(({ resource }) => resource)).toEqual(['ä']);
  appendFileSync(files[0], line('ü').slice(half));
  appendFileSync(files[1], line('b'));
  const second = await logs.since(first.end);
  expect(second.decisions.map(({ resource }) => resource)).toEqual(['ü', 'b']);
  expect((await logs.since(second.end)).decisions).toEqual([]);
});

test('a missing log is an error, not an empty log', async () => {
  await expect(new AuthorizerLogs([join(FOLDER, 'none.log')]).mark()).rejects.toThrow('ENOENT');
});
