import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { Rehearsal, StackKafka, userCredentials } from '../../../rehearsal/index.js';
import { Deadline } from '../../../src/base/deadline.js';
import { embeddedSkip } from '../../support/broker-machine.js';
import { skipFor } from '../../support/skips.js';
import { corpus, optionsOf } from './support/corpus.js';

const START_MS = 120_000;

beforeEach(async (context) => skipFor(context, await embeddedSkip()));

test('each template that runs: its functions are invoked, and answer', async () => {
  const onProgress = () => undefined;
  const kafka = await StackKafka.start({
    nodes: 1,
    groupInitialRebalanceDelayMs: 0,
    deadline: new Deadline(START_MS),
    onProgress,
  });
  await using _kafka = kafka;
  const failed: string[] = [];
  for (const one of corpus().filter(({ runs }) => runs !== undefined)) {
    const log: string[] = [];
    await using rehearsal = await Rehearsal.start({
      ...optionsOf(one),
      template: one.file,
      kafka,
      deadline: new Deadline(START_MS),
      onProgress,
      onLog: (_model, _one, line) => log.push(line),
    });
    const { model, url } = rehearsal;
    const lambda = new LambdaClient({
      region: model.region,
      endpoint: url,
      credentials: userCredentials,
      maxAttempts: 1,
    });
    onTestFinished(() => lambda.destroy());
    for (const { name, logicalId } of model.functions) {
      const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: name, Payload: '{}' }));
      const answer = FunctionError === undefined ? undefined : Buffer.from(Payload ?? []).toString();
      const reason = one.fails?.[logicalId];
      if (reason === undefined ? answer === undefined : answer?.includes(reason) === true) continue;
      failed.push(`${one.name}: ${logicalId}: ${answer ?? 'did not fail'} ${log.join('\n')}`);
    }
  }
  expect(failed).toEqual([]);
}, 600_000);
