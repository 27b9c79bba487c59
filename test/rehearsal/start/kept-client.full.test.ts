import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { Rehearsal } from '../../../rehearsal/index.js';
import { Deadline } from '../../../src/base/deadline.js';
import { config, create_frame, payload_text, worker } from '../../../src/index.js';
import { embeddedSkip } from '../../support/broker-machine.js';
import { ownClusterStack } from '../../support/own-cluster-stack.js';
import { skipFor } from '../../support/skips.js';

/** Longer than the shortest pause of its event loop that the client notices. */
const FROZEN_MS = 12_000;

beforeEach(async (context) => skipFor(context, await embeddedSkip()));

test('a client that a function keeps works again after the function was frozen and all its connections were lost', async () => {
  const file = await ownClusterStack({
    entry: join(import.meta.dirname, 'support', 'keeps-client-child.ts'),
    topics: ['worker', 'reply_to'],
    functions: {
      Keeper: {
        rights: [
          ['Connect', 'cluster/*'],
          ['DescribeTopic', 'topic/*'],
          ['WriteData', 'topic/*/worker'],
          ['ReadData', 'topic/*/reply_to'],
          ['DescribeGroup', 'group/*/keeper'],
          ['AlterGroup', 'group/*/keeper'],
        ],
        variables: {
          PUBSUB_WORKER_TOPIC: 'worker',
          PUBSUB_REPLY_TO_TOPIC: 'reply_to',
          PUBSUB_REPLY_TO_GROUP: 'keeper',
        },
      },
    },
  });
  const log: string[] = [];
  await using rehearsal = await Rehearsal.start({
    template: file,
    freeze: true,
    nodes: 1,
    groupInitialRebalanceDelayMs: 0,
    deadline: new Deadline(120_000),
    onProgress: () => undefined,
    onLog: (_model, _one, line) => log.push(line),
  });
  const { kafka, model, url } = rehearsal;
  const settings = config.create({
    connection: { brokers: [...kafka.iam.adminBrokers] },
    topics: { worker: 'worker', reply_to: 'reply_to' },
    groups: { worker: 'workers' },
  });
  const handled: string[] = [];
  await using echo = worker.create(settings, (frame) => {
    handled.push(payload_text(frame) ?? '');
    return create_frame({ payloads: frame.payloads });
  });
  await echo.connect();
  const credentials = { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' };
  const lambda = new LambdaClient({ region: model.region, endpoint: url, credentials, maxAttempts: 1 });
  onTestFinished(() => lambda.destroy());
  const ask = async (text: string): Promise<{ reply: string; pid: number }> => {
    const command = new InvokeCommand({ FunctionName: model.functions[0]!.name, Payload: JSON.stringify({ text }) });
    const { Payload, FunctionError } = await lambda.send(command);
    const answer = Buffer.from(Payload!).toString();
    expect(FunctionError, `${answer}\n${log.join('\n')}`).toBeUndefined();
    return JSON.parse(answer) as { reply: string; pid: number };
  };

  const before = await ask('before');
  const logins = kafka.iam.logins();
  await pause(FROZEN_MS);
  const after = await ask('after');
  expect([before.reply, after.reply]).toEqual(['before', 'after']);
  expect(after.pid).toBe(before.pid);
  expect(kafka.iam.logins()).toBeGreaterThan(logins);
  expect(handled).toEqual(['before', 'after']);
});
