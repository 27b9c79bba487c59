import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FunctionPool } from '../../../local/functions/index.js';

/** A function with this code, as a rehearsal runs it: nothing of ours in its environment, logs in AWS's formats. */
async function hosted(code: string, logFormat: 'JSON' | 'Text' = 'JSON') {
  const folder = await mkdtemp(join(tmpdir(), 'as-lambda-'));
  await writeFile(join(folder, 'index.js'), code);
  const pool = new FunctionPool({
    name: 'fn',
    asset: { folder, handler: 'index.handler' },
    memoryMb: 256,
    variables: { OF_THE_TEMPLATE: 'x' },
    given: { AWS_ACCESS_KEY_ID: 'AKIAROLE' },
    region: 'eu-west-1',
    logFormat,
    logGroup: 'the-group',
  });
  onTestFinished(async () => {
    await pool.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return pool;
}

const within = { timeoutMs: 5_000 };

test('the environment has Lambda’s documented variables, the template’s, the given ones, and no others', async () => {
  const pool = await hosted('exports.handler = async () => Object.keys(process.env).sort();');
  const answer = await pool.invoke({}, within);
  expect(answer.ok && answer.result).toEqual(
    [
      'AWS_ACCESS_KEY_ID',
      'AWS_DEFAULT_REGION',
      'AWS_EXECUTION_ENV',
      'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
      'AWS_LAMBDA_FUNCTION_NAME',
      'AWS_LAMBDA_FUNCTION_VERSION',
      'AWS_LAMBDA_INITIALIZATION_TYPE',
      'AWS_LAMBDA_LOG_FORMAT',
      'AWS_LAMBDA_LOG_GROUP_NAME',
      'AWS_LAMBDA_LOG_LEVEL',
      'AWS_LAMBDA_LOG_STREAM_NAME',
      'AWS_REGION',
      'LAMBDA_RUNTIME_DIR',
      'LAMBDA_TASK_ROOT',
      'LANG',
      'OF_THE_TEMPLATE',
      'PATH',
      'TZ',
      '_HANDLER',
    ].sort(),
  );
});

test('the programs and the runtime have the paths of Lambda, outside of the function’s files', async () => {
  const pool = await hosted(`exports.handler = async () => {
    const { PATH, LAMBDA_RUNTIME_DIR, LAMBDA_TASK_ROOT } = process.env;
    return { PATH, LAMBDA_RUNTIME_DIR, own: LAMBDA_TASK_ROOT === __dirname };
  };`);
  const answer = await pool.invoke({}, within);
  expect(answer.ok && answer.result).toEqual({
    PATH: '/usr/local/bin:/usr/bin/:/bin:/opt/bin',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    own: true,
  });
});

test('concurrent invocations get separate processes, and the next one gets a free process', async () => {
  const pool = await hosted(`
    exports.handler = async ({ ms }) => { await new Promise((resolve) => setTimeout(resolve, ms)); return process.pid; };`);
  const both = await Promise.all([0, 1].map(() => pool.invoke({ ms: 300 }, within)));
  const pids = both.map((answer) => answer.ok && answer.result);
  expect(new Set(pids).size).toBe(2);
  const next = await pool.invoke({ ms: 0 }, within);
  expect(pids).toContain(next.ok && next.result);
  const fresh = await pool.invoke({ ms: 0 }, { ...within, fresh: true });
  expect(pids).not.toContain(fresh.ok && fresh.result);
});

test('the console writes JSON as AWS’s runtime does, between the lines of Lambda itself', async () => {
  const pool = await hosted(`
    console.log('while loading');
    exports.handler = async () => {
      console.log('plain'); console.log('%s is %d', 'it', 5); console.debug('not at level INFO');
      console.error('failed:', new TypeError('broken')); console.info({ a: 1 }); console.warn(new RangeError('alone'));
      process.stdout.write('{"_aws":{}}\\n');
      return 1;
    };`);
  const { log, id } = await pool.invoke({}, within);
  const lines = log.map((line) => JSON.parse(line) as Record<string, unknown>);
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as unknown;
  const stackTrace = expect.arrayContaining([expect.stringMatching(/^\s+at /) as unknown]) as unknown;
  const said = (level: string, message: unknown, requestId = id) => ({ timestamp: time, level, requestId, message });
  expect(lines).toEqual([
    said('INFO', 'while loading', '-'),
    { time, type: 'platform.start', record: { requestId: id, version: '$LATEST' } },
    said('INFO', 'plain'),
    said('INFO', 'it is 5'),
    {
      ...said('ERROR', expect.stringMatching(/^failed: TypeError: broken\n/)),
      errorType: 'TypeError',
      errorMessage: 'broken',
      stackTrace,
    },
    said('INFO', { a: 1 }),
    said('WARN', { errorType: 'RangeError', errorMessage: 'alone', stackTrace }),
    // What is written past the console is left as it is.
    { _aws: {} },
    {
      time,
      type: 'platform.report',
      record: {
        requestId: id,
        status: 'success',
        metrics: {
          durationMs: expect.any(Number) as unknown,
          billedDurationMs: expect.any(Number) as unknown,
          memorySizeMB: 256,
          maxMemoryUsedMB: expect.any(Number) as unknown,
          initDurationMs: expect.any(Number) as unknown,
        },
      },
    },
  ]);
});

test('the console writes text if the template says so', async () => {
  const pool = await hosted(
    `exports.handler = async () => { console.warn('two\\nlines'); throw new TypeError('no'); };`,
    'Text',
  );
  const { log, id } = await pool.invoke({}, within);
  expect(log[0]).toBe(`START RequestId: ${id} Version: $LATEST`);
  expect(log[1]).toMatch(new RegExp(`^\\S+Z\t${id}\tWARN\ttwo\rlines$`));
  expect(log[2]).toMatch(new RegExp(`\t${id}\tERROR\tInvoke Error \t\\{"errorType":"TypeError","errorMessage":"no"`));
  expect(log[3]).toBe(`END RequestId: ${id}`);
  expect(log[4]).toMatch(new RegExp(`^REPORT RequestId: ${id}\tDuration: [\\d.]+ ms\t.*\tInit Duration: [\\d.]+ ms$`));
});

test.each([
  ['requires a missing module', 'require("not-here");', 'Runtime.ImportModuleError', /Cannot find module 'not-here'/],
  ['takes a callback', 'exports.handler = (e, c, done) => done();', 'Runtime.CallbackHandlerDeprecated', /Node\.js 24/],
  ['is not a function', 'exports.handler = 5;', 'Runtime.HandlerNotFound', /index\.handler is not a function/],
  [
    'returns more than 6 MB',
    'exports.handler = async () => "x".repeat(6_291_556);',
    'Function.ResponseSizeTooLarge',
    /^Response payload size \(6291558 bytes\) exceeded maximum allowed payload size \(6291556 bytes\)\.$/,
  ],
  [
    'needs more memory than it has',
    'exports.handler = async () => { const all = []; for (;;) all.push(new Array(1e6).fill(1.5)); };',
    'Runtime.ExitError',
    /Runtime exited with error: signal: aborted/,
  ],
])('a handler that %s', async (_, code, errorType, message) => {
  const pool = await hosted(code);
  expect(await pool.invoke({}, { timeoutMs: 20_000 })).toMatchObject({
    ok: false,
    error: { errorType, errorMessage: expect.stringMatching(message) as unknown },
  });
});
