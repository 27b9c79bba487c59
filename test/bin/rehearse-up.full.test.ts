import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { reportSchema } from '../../sanity/report/schema.js';
import { awsCliSkip, inShell } from '../support/aws-cli.js';
import { embeddedSkip } from '../support/broker-machine.js';
import { otherStack } from '../support/other-stack.js';
import { RehearseProcess } from '../support/rehearse-process.js';
import { SanityProcess } from '../support/sanity-process.js';
import { describeStacks, invoke, logged, outputsOf, useEnvironment } from '../support/sdk-clients.js';
import { skipFor } from '../support/skips.js';
import { until } from '../support/until.js';

beforeEach(async (context) => skipFor(context, await embeddedSkip()));
afterEach(() => void vi.unstubAllEnvs());

test('the synthesized stack: sanity --stack is healthy, an event file works, and Ctrl-C ends running invocations', async () => {
  const rehearsal = await RehearseProcess.up();
  const env = await rehearsal.pasted();
  const none = Object.fromEntries(
    Object.keys(process.env).flatMap((name) => (name.startsWith('AWS_') ? [[name, undefined]] : [])),
  );
  const [end, rehearsed] = await Promise.all([
    SanityProcess.run(['--stack', 'SanityStack', '--json', '--count', '20'], { ...none, ...env }),
    SanityProcess.run(['--rehearse', '--json', '--count', '20'], none),
  ]);
  expect(end.exitCode, end.stdout + end.stderr).toBe(0);
  const report = reportSchema.parse(end.report());
  expect(report).toMatchObject({ verdict: 'healthy', target: { kind: 'stack' } });
  // The same checks as of a rehearsal, but for those that only it can make.
  const ofRehearsal = ['rehearsal', 'network', 'least_privilege'];
  const ids = rehearsed.report().checks.flatMap(({ id }) => (ofRehearsal.includes(id) ? [] : [id]));
  expect(report.checks.map(({ id }) => id)).toEqual(ids);

  useEnvironment(env);
  const outputs = await outputsOf('SanityStack');
  const positions = await invoke(outputs['PublisherFunctionName']!, await readFile('events/publisher/positions.json'));
  expect(positions).toMatchObject({ failed: false, result: { worker: { topic: 'worker' } } });
  expect(await logged(outputs['PublisherLogGroup']!)).not.toEqual([]);

  const name = outputs['WorkerFunctionName']!;
  const lines = async (): Promise<number> => (await logged(outputs['WorkerLogGroup']!)).length;
  const before = await lines();
  const underWay = invoke(name, '{"run_id":"interrupted","time_ms":60000}').catch((error: unknown) => error);
  await until('the worker logs that it began', async () => (await lines()) > before);
  expect(rehearsal.functionPid(name)).toBeGreaterThan(0);
  await rehearsal.ctrlC();
  expect(await underWay).toBeInstanceOf(Error);
});

test('the commands of the stack’s outputs work as pasted, in the AWS CLI', async (context) => {
  skipFor(context, await awsCliSkip());
  const rehearsal = await RehearseProcess.up();
  const env = await rehearsal.pasted();
  useEnvironment(env);
  const outputs = await outputsOf('SanityStack');
  // Nothing but the environment says where it is.
  expect(JSON.parse(await inShell(env, 'aws sts get-caller-identity'))).toMatchObject({ Account: '111122223333' });
  // The clock stands still in this shell: the run's id is known.
  const paste = (id: string, date: string): Promise<string> =>
    inShell(env, `date() { echo ${date}; }\n${outputs[id]!}`);
  const request = JSON.stringify({ action: 'request', run_id: 'pasted-1', count: 5, warm_up_ms: 15_000 });
  const [working, replying, positions, asked] = await Promise.all([
    paste('InvokeWorker', '1'),
    paste('InvokeReplyTo', '2'),
    paste('InvokePublisher', '3'),
    inShell(env, outputs['InvokePublisher']!.replace('{"action":"positions"}', request)),
  ]);
  expect(resultOf(positions)).toMatchObject({ action: 'positions', worker: { topic: 'worker' } });
  expect(resultOf(asked)).toMatchObject({ ledger: { sent: 5, delivered: 5 }, wrong: 0, exceptions: [] });
  const { counts } = resultOf(working) as { counts: { handled: number } };
  // And the frames of its warming up.
  expect(counts.handled).toBeGreaterThan(5);
  expect(counts).toMatchObject({ failed: 0, undeliverable: 0 });
  expect(resultOf(replying)).toMatchObject({ process: { invocation: 1 } });
  await rehearsal.ctrlC();
});

describe('Ctrl-C', () => {
  test.each(['waiting for Kafka brokers with IAM logins', 'waiting for Kafka '])(
    'ends the command while it prints %j',
    async (words) => {
      const rehearsal = await RehearseProcess.start();
      await rehearsal.says(words);
      await rehearsal.ctrlC();
    },
  );
});

test('two rehearsals at the same time have separate stacks, and end separately', async () => {
  const [first, second] = await Promise.all([RehearseProcess.up(...otherStack), RehearseProcess.up()]);
  const works = async (rehearsal: RehearseProcess): Promise<void> => {
    useEnvironment(await rehearsal.pasted());
    const [stack, ...others] = await describeStacks();
    expect(others).toEqual([]);
    const { ConsumerName, PublisherFunctionName } = await outputsOf(stack!.StackName!);
    const answer = await invoke((ConsumerName ?? PublisherFunctionName)!, '{"action":"positions"}');
    expect(answer.failed, JSON.stringify(answer)).toBe(false);
    vi.unstubAllEnvs();
  };
  await works(first);
  await works(second);
  await first.ctrlC();
  await works(second);
  await second.ctrlC();
});

test('a closed stdout ends the command as SIGPIPE would, without a stack trace, and nothing is left behind', async () => {
  const rehearsal = await RehearseProcess.start(...otherStack);
  await rehearsal.says('waiting for Kafka ');
  const started = rehearsal.descendants();
  rehearsal.stopReading();
  const { exitCode, stderr } = await rehearsal.exit;
  expect(exitCode, stderr).toBe(141);
  expect(stderr).not.toMatch(/^\s+at /m);
  await rehearsal.leavesNothing(started);
});

/** The CLI prints the function's result, and then its own. */
function resultOf(printed: string): unknown {
  return JSON.parse(printed.slice(0, printed.lastIndexOf('{\n    "StatusCode"')));
}
