import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FunctionProcess, type FrozenProcess } from '../../../local/functions/index.js';
import { skipFor } from '../../support/skips.js';
import { patient } from '../../support/patience.js';

/** A process of a function with this code, and the lines that it logs. */
async function running(
  code: string,
  more: {
    memoryMb?: number;
    variables?: Record<string, string>;
    initTimeoutMs?: number;
    onFreeze?: (frozen: FrozenProcess) => void;
  } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'function-'));
  await writeFile(join(folder, 'index.js'), code);
  const lines: string[] = [];
  const process = new FunctionProcess({
    name: 'worker',
    asset: { folder, handler: 'index.handler' },
    memoryMb: 128,
    variables: {},
    onLog: (line) => lines.push(line),
    ...more,
  });
  onTestFinished(async () => {
    await process.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return { process, lines, folder };
}

test('one process serves several invocations, each with its own time and context', async () => {
  const { process } = await running(`
    let count = 0;
    exports.handler = async (event, context) => ({
      event, count: ++count, name: context.functionName, id: context.awsRequestId,
      left: context.getRemainingTimeInMillis(),
    });`);
  const first = await process.invoke({ a: 1 }, 5_000);
  const second = await process.invoke({ b: [2] }, 9_000);
  expect(first).toMatchObject({ ok: true, result: { event: { a: 1 }, count: 1, name: 'worker' } });
  expect(second).toMatchObject({ ok: true, result: { event: { b: [2] }, count: 2 } });
  const [one, two] = [first, second].map((answer) => (answer as { result: { left: number; id: string } }).result);
  expect(one!.left).toBeGreaterThan(3_000);
  expect(one!.left).toBeLessThanOrEqual(5_000);
  expect(two!.left).toBeGreaterThan(5_000);
  expect(two!.id).not.toBe(one!.id);
});

test('the handler may be in a folder with a dot in its name, and be part of an export', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'function-'));
  await mkdir(join(folder, 'dist', 'v1.2'), { recursive: true });
  await writeFile(join(folder, 'dist', 'v1.2', 'app.js'), 'exports.outer = { inner: async () => 1 };');
  const started = new FunctionProcess({
    name: 'worker',
    asset: { folder, handler: 'dist/v1.2/app.outer.inner' },
    memoryMb: 128,
    variables: {},
    onLog: () => undefined,
  });
  onTestFinished(async () => {
    await started.stop();
    await rm(folder, { recursive: true, force: true });
  });
  expect(await started.invoke({}, 5_000)).toMatchObject({ ok: true, result: 1 });
});

test('the environment has Lambda’s variables and the function’s own, and no others', async () => {
  process.env['SECRET_OF_OURS'] = 'x';
  onTestFinished(() => {
    delete process.env['SECRET_OF_OURS'];
  });
  const { process: started, folder } = await running('exports.handler = async () => process.env;', {
    variables: { PUBSUB_BROKERS: 'localhost:1' },
  });
  const answer = (await started.invoke({}, 5_000)) as { result: Record<string, string> };
  expect(answer.result).toMatchObject({
    PUBSUB_BROKERS: 'localhost:1',
    AWS_LAMBDA_FUNCTION_NAME: 'worker',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    LAMBDA_TASK_ROOT: folder,
    _HANDLER: 'index.handler',
    TZ: ':UTC',
  });
  expect(answer.result).not.toHaveProperty('SECRET_OF_OURS');
});

test('a process whose handler takes too long is killed without a message, and the next invocation gets a new one', async () => {
  const { process, lines } = await running(`
    process.on('SIGTERM', () => console.log('a word'));
    exports.handler = (event) => (event.hang ? new Promise(() => setInterval(() => {}, 1000)) : Promise.resolve(process.pid));`);
  const pid = ((await process.invoke({}, 5_000)) as { result: number }).result;
  const slow = await process.invoke({ hang: true }, 200);
  expect(slow).toMatchObject({ ok: false, timedOut: true, error: { errorType: 'Sandbox.Timedout' } });
  const next = await process.invoke({}, 5_000);
  expect(next.ok && next.result).not.toBe(pid);
  expect(lines).toEqual([]);
});

test('a process whose handler blocks the event loop is killed too', async () => {
  const { process } = await running('exports.handler = () => { for (;;); };');
  expect(await process.invoke({}, 300)).toMatchObject({ ok: false, timedOut: true });
});

test.each([
  ['throws', 'exports.handler = () => { throw new TypeError("no"); };', { errorType: 'TypeError', errorMessage: 'no' }],
  [
    'throws a value that is not an error',
    'exports.handler = async () => { throw "no"; };',
    { errorType: 'string', errorMessage: 'no' },
  ],
  [
    'ends the process',
    'exports.handler = () => process.exit(3);',
    {
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: exit status 3$/) as string,
    },
  ],
  [
    'is killed',
    'exports.handler = () => process.kill(process.pid, "SIGKILL");',
    {
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/Runtime exited with error: signal: killed$/) as string,
    },
  ],
  ['cannot be loaded', 'throw new Error("broken");', { errorType: 'Error', errorMessage: 'broken' }],
  [
    'has a syntax error',
    'exports.handler = (;',
    { errorType: 'Runtime.UserCodeSyntaxError', errorMessage: expect.stringMatching(/^SyntaxError: /) as string },
  ],
  [
    'is missing',
    'exports.handle = 1;',
    { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.handler is undefined or not exported' },
  ],
  [
    'returns a value that is not JSON',
    'exports.handler = async () => ({ n: 1n });',
    { errorType: 'Runtime.JSONStringifyError', errorMessage: 'Unable to stringify response body' },
  ],
])('a handler that %s returns an error answer, and its process continues', async (_, code, error) => {
  const { process } = await running(code);
  const answer = await process.invoke({}, 5_000);
  expect(answer).toMatchObject({ ok: false, timedOut: false, error });
  // The next one is served as well as this one was.
  expect(await process.invoke({}, 5_000)).toMatchObject({ ok: false, error });
});

test('the answer of a handler that returns nothing is null', async () => {
  const { process } = await running('exports.handler = async () => {};');
  expect(await process.invoke({}, 5_000)).toMatchObject({ ok: true, result: null });
});

test('logs of both streams arrive line by line, and the last lines are in the answer', async () => {
  const { process, lines } = await running(`
    exports.handler = async () => {
      console.log('one\\ntwo'); console.error('three');
      await new Promise((resolve) => setTimeout(resolve, 50));
    };`);
  const { log } = await process.invoke({}, 5_000);
  expect(lines.toSorted()).toEqual(['one', 'three', 'two']);
  expect(log).toEqual(lines);
});

test('stop() first asks the process to exit, and kills it if it does not', async () => {
  const polite = await running(`
    process.on('SIGTERM', () => { console.log('bye'); process.exit(0); });
    exports.handler = async () => process.pid;`);
  await polite.process.invoke({}, 5_000);
  await polite.process.stop();
  expect(polite.lines).toEqual(['bye']);
  expect(polite.process.pid).toBeUndefined();
  // Stopping what has stopped is nothing.
  await polite.process.stop();
});

test('a process whose code never finishes loading is killed, and this is reported', async () => {
  const { process } = await running('for (;;);', { initTimeoutMs: 300 });
  expect(await process.invoke({}, 5_000)).toMatchObject({
    ok: false,
    timedOut: true,
    error: {
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/not loaded within 0\.30 s/) as string,
    },
  });
  expect(process.pid).toBeUndefined();
});

test('a process is frozen between invocations, with its connections open, and can be stopped while frozen', async (context) => {
  skipFor(context, existsSync('/proc/self/stat') ? undefined : 'no-proc');
  const clients: Socket[] = [];
  const server = createServer((client) => clients.push(client));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const frozen: FrozenProcess[] = [];
  const { process } = await running(
    `
    let connected;
    exports.handler = async ({ port }) => {
      connected ??= new Promise((resolve) => {
        const socket = require('node:net').connect(port, '127.0.0.1', () => resolve(socket));
      });
      return (await connected).localPort;
    };`,
    { onFreeze: (one) => frozen.push(one) },
  );
  const event = { port: (server.address() as AddressInfo).port };
  const first = await process.invoke(event, 5_000);
  expect(frozen).toEqual([{ pid: process.pid, ports: [clients[0]?.remotePort] }]);
  expect(first).toMatchObject({ ok: true, result: clients[0]?.remotePort });
  // A signal is sent at once; the kernel stops the process in its own time.
  await expect.poll(() => stateOf(process.pid!), { interval: 5, timeout: patient(5_000) }).toBe('T');
  expect(await process.invoke(event, 5_000)).toMatchObject({ ok: true, result: clients[0]?.remotePort });
  expect(frozen).toHaveLength(2);
  await process.stop();
  expect(process.pid).toBeUndefined();
  for (const client of clients) client.destroy();
});

/** "T" for one that is stopped. */
async function stateOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).charAt(0);
}
