import { readFile } from 'node:fs/promises';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { EnforcedRights, planRoles } from '../../../rehearsal/enforce/index.js';
import { startIamKafka, type IamKafka, type RefusalRecord } from '../../../rehearsal/gateway/index.js';
import { embeddedSkip } from '../../support/broker-machine.js';
import { skipFor } from '../../support/skips.js';
import { awsToken } from '../gateway/support/world.js';
import { CLUSTER_ARN } from './support/policies.js';

const topic = 'orders';
const allow = (actions: string, resource: string): object => ({ Effect: 'Allow', Action: actions, Resource: resource });
const topicArn = (name: string): string => `${CLUSTER_ARN.replace(':cluster/', ':topic/')}/${name}`;

/** A role that may connect, and describe and write to the topics of this pattern. */
const writer = (name: string, pattern: string): { path: string; text: string } => ({
  path: `${name}.json`,
  text: JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      allow('kafka-cluster:Connect', CLUSTER_ARN),
      allow('kafka-cluster:DescribeTopic', topicArn(pattern)),
      allow('kafka-cluster:WriteData', topicArn(pattern)),
    ],
  }),
});

const plan = planRoles([writer('to-all', '*'), writer('to-some', 'orders*')], { clusterArn: CLUSTER_ARN });
const refusals: RefusalRecord[] = [];
let kafka: IamKafka;
let enforced: EnforcedRights;

beforeAll(async () => {
  if ((await embeddedSkip()) !== undefined) return;
  kafka = await startIamKafka({
    region: 'eu-west-1',
    roles: plan.roles,
    onRefusal: (refusal) => refusals.push(refusal),
  });
  enforced = EnforcedRights.behind(kafka, (error) => {
    throw error;
  });
  await enforced.set(plan.rights, CLUSTER_ARN);
  const admin = new Kafka({ brokers: [...kafka.adminBrokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
  await admin.disconnect();
});
afterAll(async () => {
  await enforced?.[Symbol.asyncDispose]();
  await kafka?.stop();
});
beforeEach(async (context) => skipFor(context, await embeddedSkip()));

async function sendIdempotently(name: string): Promise<void> {
  const role = plan.roles.find(({ arn }) => arn.endsWith(`/${name}`))!;
  const retry = { retries: 1, initialRetryTime: 20 };
  const client = new Kafka({
    brokers: [...kafka.gatewayBrokers],
    ssl: { ca: await readFile(kafka.caFile, 'utf8') },
    logLevel: logLevel.NOTHING,
    retry,
    sasl: { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: await awsToken(role) }) },
  });
  const producer = client.producer({ idempotent: true, maxInFlightRequests: 1, retry });
  await producer.connect();
  try {
    await producer.send({ topic, messages: [{ value: 'x' }] });
  } finally {
    await producer.disconnect();
  }
}

test('without WriteDataIdempotently, a role that may write to all topics may write idempotently', async () => {
  await sendIdempotently('to-all');
  expect(refusals).toEqual([]);
});

test('and a role that may write to some topics may not', async () => {
  await expect(sendIdempotently('to-some')).rejects.toThrow('Cluster authorization failed');
  expect(refusals.map(({ reason }) => reason)).toEqual(['write_data_idempotently_not_granted']);
});
