import { readFile } from 'node:fs/promises';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Answers } from '../../../rehearsal/answers.js';
import { EnforcedRights, explainPlan, planRoles } from '../../../rehearsal/enforce/index.js';
import { AuthorizerLogs } from '../../../rehearsal/evidence/authorizer-logs.js';
import { DenialFeed } from '../../../rehearsal/evidence/denial-feed.js';
import { startIamKafka, type IamKafka, type RefusalRecord } from '../../../rehearsal/gateway/index.js';
import { embeddedSkip } from '../../support/broker-machine.js';
import { skipFor } from '../../support/skips.js';
import { awsToken } from '../gateway/support/world.js';
import { becauseOf, bruteForce, type Because, type Document, type Request } from '../policy/brute-force.js';
import { answers, context } from '../policy/random-policies.js';
import {
  clusterAttempts,
  consumeAttempt,
  errorTypes,
  groupAttempts,
  retry,
  topicAttempts,
  type Attempt,
} from './support/attempts.js';
import { CLUSTER_ARN, policies } from './support/policies.js';

const topics = ['orders', 'orders-1', 'orders-eu-1', 'orders-x-eu', 'secret-orders', 'audit'];
/** The number of roles that try at the same time. */
const LANES = 6;
const names = Object.keys(policies);
const roleArn = (name: string): string => `arn:aws:iam::111122223333:role/${name}`;

const file = (path: string, document: Document): { path: string; text: string } => ({
  path,
  text: JSON.stringify(document),
});
const files = (name: string, layer: string, documents: readonly (Document | undefined)[]) =>
  documents.flatMap((document, at) => (document === undefined ? [] : file(`${name}.${layer}${at}.json`, document)));

/** As `gateway` reads them, each separately: limits of one role do not apply to others. */
const plans = new Map(
  Object.entries(policies).map(([name, { identity, boundary, session, scps = [], cluster }]) => {
    const own = files(name, 'identity', identity);
    const [clusterPolicy] = files(name, 'cluster', [cluster]);
    const plan = planRoles(own, {
      roleArns: own.map(() => roleArn(name)),
      clusterArn: CLUSTER_ARN,
      answers: new Answers(answers),
      boundaries: files(name, 'boundary', [boundary]),
      sessionPolicies: files(name, 'session', [session]),
      scps: files(name, 'scps', scps),
      ...(clusterPolicy === undefined ? {} : { clusterPolicy }),
    });
    return [name, plan] as const;
  }),
);

let kafka: IamKafka;
let enforced: EnforcedRights;
let ca: string;
const refusals: RefusalRecord[] = [];
const failures: unknown[] = [];

beforeAll(async () => {
  if ((await embeddedSkip()) !== undefined) return;
  kafka = await startIamKafka({
    region: 'eu-west-1',
    roles: [...plans.values()].flatMap(({ roles }) => roles),
    onRefusal: (refusal) => refusals.push(refusal),
  });
  ca = await readFile(kafka.caFile, 'utf8');
  enforced = EnforcedRights.behind(kafka, (error) => failures.push(error));
  // No name is given: everything that the policies leave open is decided when it is used.
  await enforced.set(
    [...plans.values()].flatMap(({ rights }) => rights),
    CLUSTER_ARN,
  );
  const administrator = new Kafka({ brokers: [...kafka.adminBrokers], logLevel: logLevel.NOTHING });
  const admin = administrator.admin();
  await admin.connect();
  await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: 2 })), waitForLeaders: true });
  await admin.disconnect();
  const producer = administrator.producer();
  await producer.connect();
  for (const topic of topics) await producer.send({ topic, messages: [{ value: 'first', partition: 0 }] });
  await producer.disconnect();
  // Makes Kafka create its topic of groups: from now on each group has a coordinator.
  await consumeAttempt('orders', 'first').run(administrator);
  // The same for transactions. kafkajs retries until the topic exists.
  const first = administrator.producer({ transactionalId: 'first', idempotent: true, maxInFlightRequests: 1 });
  await first.connect();
  await (await first.transaction()).abort();
  await first.disconnect();
});
afterAll(async () => {
  await enforced?.[Symbol.asyncDispose]();
  await kafka?.stop();
});
beforeEach(async (test) => skipFor(test, await embeddedSkip()));

function requestOf(name: string, action: string, resource: string): Request {
  const now = new Date().toISOString();
  return {
    action,
    resource,
    roleArn: roleArn(name),
    sessionArn: `arn:aws:sts::111122223333:assumed-role/${name}/session`,
    context: {
      ...context,
      'aws:principalarn': [roleArn(name)],
      'aws:currenttime': [now],
      'aws:epochtime': [String(Math.floor(Date.parse(now) / 1_000))],
      'aws:tokenissuetime': [now],
    },
  };
}

const arnOf = (kind: string, name: string): string =>
  kind === 'cluster' ? CLUSTER_ARN : `${CLUSTER_ARN.replace(':cluster/', `:${kind}/`)}/${name}`;

/** The decision of the second evaluator. A role that may write to all topics may also write idempotently. */
const may = (name: string, action: string, resource: string): boolean =>
  bruteForce(policies[name]!, requestOf(name, action, resource)) === 'allowed' ||
  (action === 'kafka-cluster:WriteDataIdempotently' &&
    [...topics, 'another-topic'].every((topic) => may(name, 'kafka-cluster:WriteData', arnOf('topic', topic))));

function attemptsOf(name: string): Attempt[] {
  const own = [`easy-pubsub-${name}`, `billing-${name}-1`];
  return [
    ...topics.flatMap(topicAttempts),
    ...[...own, 'billing'].flatMap(groupAttempts),
    ...clusterAttempts('orders', `tx-${name === 'transactional-but-one' ? '1' : name}`),
    consumeAttempt('orders-1', own[0]!),
    consumeAttempt('orders-x-eu', own[1]!),
    consumeAttempt('audit', own[0]!),
  ];
}

function clientOf(name: string): Kafka {
  const [role] = plans.get(name)!.roles;
  return new Kafka({
    brokers: [...kafka.gatewayBrokers],
    ssl: { ca },
    logLevel: logLevel.NOTHING,
    requestTimeout: 30_000,
    connectionTimeout: 20_000,
    authenticationTimeout: 20_000,
    retry,
    sasl: { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: await awsToken(role!) }) },
  });
}

/** kafkajs asks each broker for a group's coordinator, and reports only that none knows it. */
const notAuthorized = /_AUTHORIZATION_FAILED$|Access denied|^Failed to find group coordinator$/;

async function attempted(name: string, { run }: Attempt): Promise<string> {
  try {
    await run(clientOf(name));
    return 'allowed';
  } catch (error) {
    const types = errorTypes(error);
    return types.every((type) => notAuthorized.test(type)) ? 'denied' : `failed: ${types.join(', ')}`;
  }
}

test(`kafkajs has the rights that a second evaluator finds in ${names.length} policies, and each denial is explained`, async () => {
  expect(names.length).toBeGreaterThanOrEqual(60);
  const lines: string[] = [];
  const explain: Parameters<typeof DenialFeed.start>[2] = (arn, action, thing) =>
    explainPlan(plans.get(arn.split('/').at(-1)!)!)(arn, action, thing);
  const wrong: string[] = [];
  const seen = { allowed: 0, denied: 0 };
  {
    const logs = new AuthorizerLogs(kafka.authorizerLogs);
    await using feed = await DenialFeed.start(
      logs,
      (line) => lines.push(line),
      explain,
      (error) => {
        wrong.push(String(error));
      },
    );
    const left = [...names];
    const lane = async (): Promise<void> => {
      for (let name = left.shift(); name !== undefined; name = left.shift()) {
        const connects = may(name, 'kafka-cluster:Connect', CLUSTER_ARN);
        // A role that may not log in may do nothing else: a few attempts are enough.
        const attempts = connects ? attemptsOf(name) : attemptsOf(name).slice(0, 2);
        for (const attempt of attempts) {
          const expected =
            connects && attempt.needs.every(([action, kind, thing]) => may(name, action, arnOf(kind, thing)))
              ? 'allowed'
              : 'denied';
          const actual = await attempted(name, attempt);
          seen[expected] += 1;
          if (actual !== expected) wrong.push(`${name}: ${attempt.what}: ${actual}, and should be ${expected}`);
        }
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    await feed.look();
  }
  expect(wrong).toEqual([]);
  // Both answers occurred.
  expect(seen.allowed).toBeGreaterThan(500);
  expect(seen.denied).toBeGreaterThan(500);
  expect(new Set(lines).size).toBeGreaterThan(500);
  expect(lines.flatMap((line) => wrongReason(line) ?? [])).toEqual([]);
  expect(refusals.flatMap((refusal) => wrongRefusal(refusal) ?? [])).toEqual([]);
  expect(failures).toEqual([]);
  const mayNotConnect = names.filter((name) => !may(name, 'kafka-cluster:Connect', CLUSTER_ARN));
  const refusedLogins = refusals.filter(({ reason }) => reason === 'connect_not_granted');
  expect(new Set(refusedLogins.map(({ roleArn: arn }) => arn))).toEqual(new Set(mayNotConnect.map(roleArn)));
}, 600_000);

const line =
  /^denied: role (\S+): (kafka-cluster:\w+) on (?:(cluster)|the cluster|(topic|group|transactional-id) (\S+)) \(\w+\): (.*?)(?:, \d+ times more)?$/;

/** @returns what is wrong with a line: it denies what the policies allow, or its reason is wrong */
function wrongReason(text: string): string | undefined {
  const [, name = '', action = '', , kind = 'cluster', thing = '', why = ''] = line.exec(text) ?? [];
  const because = becauseOf(policies[name]!, requestOf(name, action, arnOf(kind, thing)));
  return because.some((one) => says(name, one, why)) ? undefined : `${text} | ${JSON.stringify(because)}`;
}

function wrongRefusal({ reason, roleArn: arn = '', sentence }: RefusalRecord): string | undefined {
  const action = reason === 'connect_not_granted' ? 'Connect' : 'WriteDataIdempotently';
  const name = arn.split('/').at(-1)!;
  const because = becauseOf(policies[name]!, requestOf(name, `kafka-cluster:${action}`, CLUSTER_ARN));
  return because.some((one) => says(name, one, sentence)) ? undefined : `${reason} of ${name}: ${sentence}`;
}

function says(name: string, { layer, document, statement }: Because, why: string): boolean {
  if (layer === 'identity' && statement === undefined) return /no statement of .* allows it/.test(why);
  const path = `${name}.${layer}${document}.json`;
  return statement === undefined
    ? why.includes(`${path} allows it`) && why.includes('no statement of')
    : why.includes(`${path}.Statement[${statement}]`) && why.includes('denies it');
}
