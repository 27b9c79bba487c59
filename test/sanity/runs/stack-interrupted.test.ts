import { expect, onTestFinished, test } from 'vitest';
import { CloudFormationService, LambdaService, startAwsEndpoint } from '../../../rehearsal/aws/index.js';
import { caller, credentialsOf, noAwsOfOurs } from '../../support/local-aws.js';
import { SanityProcess } from '../../support/sanity-process.js';

const names = { PublisherFunctionName: 'p', WorkerFunctionName: 'w', ReplyToFunctionName: 'r' };

test('Ctrl-C while a function is working: the notice names the function that keeps running in AWS, and until when', async () => {
  let begun = (): void => undefined;
  const running = new Promise<void>((resolve) => (begun = resolve));
  const hosted = Object.values(names).map((name) => ({
    name,
    arn: `arn:aws:lambda:eu-west-1:111122223333:function:${name}`,
    region: 'eu-west-1',
    invoke: () => {
      begun();
      return new Promise<never>(() => undefined);
    },
  }));
  const endpoint = await startAwsEndpoint({
    callers: [caller],
    services: [
      new LambdaService(hosted),
      new CloudFormationService([
        {
          name: 'SanityStack',
          id: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/SanityStack/1',
          region: 'eu-west-1',
          outputs: { ...names, WorkerTopicName: 'worker', ReplyToTopicName: 'reply_to', FunctionTimeoutSeconds: '120' },
        },
      ]),
    ],
  });
  onTestFinished(() => endpoint.close());
  const env = { ...noAwsOfOurs, ...credentialsOf(caller), AWS_ENDPOINT_URL: endpoint.url };
  const run = SanityProcess.start(['--stack', 'SanityStack', '--json'], env);
  await running;
  run.kill('SIGINT');
  const { exitCode, stdout, stderr } = await run.ended;
  expect(exitCode).toBe(130);
  expect(stdout).toBe('');
  expect(stderr).toMatch(
    /Still running in AWS; this command cannot stop them: publisher \(until \d\d:\d\d:\d\d UTC at the latest\)\.\n/,
  );
});
