import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { embeddedSkip } from '../support/broker-machine.js';
import { otherStack } from '../support/other-stack.js';
import { RehearseProcess } from '../support/rehearse-process.js';
import { describeStacks, invoke, logged, outputsOf, useEnvironment, whoAmI } from '../support/sdk-clients.js';
import { skipFor } from '../support/skips.js';

beforeEach(async (context) => skipFor(context, await embeddedSkip()));
afterEach(() => void vi.unstubAllEnvs());

test('a template of another project: AWS’s SDK works with the printed settings, and Ctrl-C leaves nothing behind', async () => {
  const rehearsal = await RehearseProcess.up(...otherStack);
  const env = await rehearsal.pasted();
  useEnvironment(env);

  expect(await whoAmI()).toMatchObject({
    Account: '111122223333',
    Arn: 'arn:aws:iam::111122223333:user/rehearsal',
  });
  const [stack] = await describeStacks();
  expect(stack).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
  expect(rehearsal.stdout.startsWith(`Stack ${stack!.StackName} runs on Kafka `)).toBe(true);
  const { ConsumerName: name = '', Topic } = await outputsOf(stack!.StackName!);
  expect(await invoke(name, '{}')).toEqual({ result: Topic, failed: false });
  expect(await logged(`/aws/lambda/${name}`)).toContainEqual(expect.stringContaining('START RequestId'));

  // What is not there is missing in the account that one is in.
  await expect(invoke('nobody', '{}')).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'Function not found: arn:aws:lambda:eu-west-1:111122223333:function:nobody',
    $metadata: { httpStatusCode: 404 },
  });
  await expect(describeStacks('Nothing')).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Stack with id Nothing does not exist',
    $metadata: { httpStatusCode: 400 },
  });
  await expect(logged('/aws/lambda/nobody')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });

  // Credentials of another account, which were meant for AWS itself.
  useEnvironment({ ...env, AWS_ACCESS_KEY_ID: 'AKIAREAL' });
  await expect(whoAmI()).rejects.toMatchObject({ name: 'InvalidClientTokenId', $metadata: { httpStatusCode: 403 } });
  await expect(invoke(name, '{}')).rejects.toMatchObject({
    name: 'UnrecognizedClientException',
    $metadata: { httpStatusCode: 403 },
  });

  await rehearsal.ctrlC();
});
