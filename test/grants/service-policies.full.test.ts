import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { EnforcedRights, explainPlan, planRoles } from '../../rehearsal/enforce/index.js';
import { AuthorizerLogs } from '../../rehearsal/evidence/authorizer-logs.js';
import { DenialFeed } from '../../rehearsal/evidence/denial-feed.js';
import { startIamKafka, type IamKafka } from '../../rehearsal/gateway/index.js';
import { Deadline } from '../../src/base/deadline.js';
import type { KafkaStatement } from '../../src/grants/kafka-grants.js';
import { config, pubsub_error, requester, text_payload, create_frame, worker, worker_frame } from '../../src/index.js';
import { createTopics } from '../../src/kafka/admin/create-topics.js';
import { readLogEnds } from '../../src/kafka/admin/log-ranges.js';
import { kafkaConnection } from '../../src/pubsub/kafka-connection.js';
import type { config_input } from '../../src/pubsub/config/config.js';
import { embeddedSkip } from '../support/broker-machine.js';
import { produceRaw } from '../support/produce-raw.js';
import { skipFor } from '../support/skips.js';
import { CLUSTER_ARN, policyOf, withoutEach } from './support/services.js';

/** A service with a policy, and what may be missing in it. */
interface Case {
  readonly name: string;
  readonly kind: keyof typeof kinds;
  readonly input: Pick<config_input, 'topics' | 'groups' | 'requester'>;
  readonly statements: readonly KafkaStatement[];
  /** The action that is not granted. */
  readonly missing: string | undefined;
}

const kinds = {
  'requester, shared replies': { role: 'requester', requester: { reply_mode: 'shared' }, does: request },
  'requester, own replies': { role: 'requester', requester: { reply_mode: 'own' }, does: request },
  'worker with a dead-letter topic': { role: 'worker', requester: {}, does: answer },
  'requester and worker': { role: 'both', requester: { reply_mode: 'own' }, does: both },
  'service that creates its topics': { role: 'both', requester: {}, createTopics: true, does: create },
} as const satisfies Record<string, object>;

const cases = Object.entries(kinds).flatMap(([kind, { role, requester: replies, ...more }], at): Case[] => {
  const service = (n: number): Pick<Case, 'kind' | 'input'> & { policy: KafkaStatement[] } => {
    const id = `${at}-${n}`;
    const topics = {
      worker: `worker-${id}`,
      reply_to: `reply_to-${id}`,
      ...(role === 'requester' ? {} : { dead_letter: `dead-${id}` }),
    };
    const input = { topics, groups: { worker: `w-${id}`, reply_to: `r-${id}` }, requester: replies };
    return { kind: kind as Case['kind'], input, policy: policyOf(role, input, 'createTopics' in more) };
  };
  const { policy, ...whole } = service(0);
  // Of the last two, each right was removed in the others, or only the creation of topics is new.
  const removable = withoutEach(policy).filter(({ action }) => role !== 'both' || action === 'CreateTopic');
  return [
    { ...whole, name: `${kind}, with its policy`, statements: policy, missing: undefined },
    ...removable.map(({ removed, action }, i): Case => {
      const { policy: own, ...one } = service(i + 1);
      const [{ statements } = { statements: own }] = withoutEach(own).filter(
        ({ removed: other }) => other.replace(`${at}-${i + 1}`, `${at}-0`) === removed,
      );
      return { ...one, name: `${kind}, without ${removed.replaceAll(`-${at}-0`, '')}`, statements, missing: action };
    }),
  ];
});

const arnOf = (at: number): string => `arn:aws:iam::111122223333:role/service-${at}`;
const plan = planRoles(
  cases.map(({ statements }, at) => ({
    path: `service-${at}.json`,
    text: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  })),
  { roleArns: cases.map((_, at) => arnOf(at)), clusterArn: CLUSTER_ARN },
);

let kafka: IamKafka;
let enforced: EnforcedRights;
let denials: DenialFeed;
/** What the brokers denied. */
const told: string[] = [];

beforeAll(async () => {
  if ((await embeddedSkip()) !== undefined) return;
  kafka = await startIamKafka({ region: 'eu-west-1', roles: plan.roles });
  enforced = EnforcedRights.behind(kafka, (error) => told.push(String(error)));
  await enforced.set(plan.rights, CLUSTER_ARN);
  denials = await DenialFeed.start(
    new AuthorizerLogs(kafka.authorizerLogs),
    (line) => told.push(line),
    explainPlan(plan),
    (error) => told.push(String(error)),
  );
  const topics = cases.filter(({ kind }) => kind !== 'service that creates its topics').flatMap(topicsOf);
  await createTopics(
    connectionTo(kafka.adminBrokers),
    topics.map((topic) => ({ topic, partitions: 1, replicationFactor: 1 })),
    new Deadline(120_000),
  );
}, 300_000);
afterAll(async () => {
  await denials?.[Symbol.asyncDispose]();
  await enforced?.[Symbol.asyncDispose]();
  await kafka?.stop();
});
beforeEach(async (context) => skipFor(context, await embeddedSkip()));

describe('on a Kafka that enforces it, a policy is enough, and needs each of its rights', () => {
  test.each(cases.map((one, at) => [one.name, one, at] as const))('%s', async (_, one, at) => {
    const found = await problemsOf(one, at);
    await denials.look();
    const denied = told.splice(0).filter((line) => line.includes(`role service-${at}:`));
    if (one.missing === undefined) {
      expect(found).toEqual([]);
      expect(denied).toEqual([]);
      return;
    }
    expect(found.join('\n')).toMatch(expected(one.missing));
    // The login itself is refused by the gateway.
    const reasons = new Set(denied.map((line) => / kafka-cluster:(\w+) on /.exec(line)?.[1]));
    expect([...reasons]).toEqual(one.missing === 'Connect' ? [] : [one.missing]);
  });
});

/** What a service says that lacks a right: as docs/errors.md and docs/promises.md have it. */
function expected(action: string): RegExp {
  if (action === 'Connect') return /authentication_failed.*Access denied/;
  // It does not stop: brokers delete empty groups after some time.
  if (action === 'DeleteGroup') return /the group of this subscriber was not deleted .*the brokers denied/;
  return new RegExp(`the brokers denied .*On MSK with IAM this needs kafka-cluster:.*${action}`);
}

/** Runs the service as its role. The other side of each request is an administrator. */
async function problemsOf(one: Case, at: number): Promise<string[]> {
  const { accessKeyId, secretAccessKey, sessionToken } = plan.roles[at]!;
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', sessionToken ?? '');
  onTestFinished(() => void vi.unstubAllEnvs());
  const found: string[] = [];
  const say = (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
    found.push(`${message} ${JSON.stringify(fields)}`);
  };
  // The invalid record and the failing handler are parts of the test.
  const sayUnlessMeant: typeof say = (message, fields) => {
    if (!/^a handler failed|not a frame was skipped/.test(message)) say(message, fields);
  };
  const input = { ...one.input, requester: { ...one.input.requester, request_timeout_ms: 5_000 } };
  const iam = {
    brokers: [...kafka.gatewayBrokers],
    auth: 'msk_iam' as const,
    region: 'eu-west-1',
    tls_ca: kafka.caFile,
  };
  const logger = {
    debug: () => undefined,
    info: (message: string, fields?: Readonly<Record<string, unknown>>) =>
      message.includes('not deleted') ? say(message, fields) : undefined,
    warn: sayUnlessMeant,
    error: sayUnlessMeant,
  };
  const service = config.create({ ...input, connection: iam }, { logger });
  const others = config.create({ ...input, connection: { brokers: [...kafka.adminBrokers] } });
  try {
    await kinds[one.kind].does(service, others);
  } catch (error) {
    found.push(
      pubsub_error.is(error)
        ? `${error.code} ${error.message} ${error.hint ?? ''} ${JSON.stringify(error)}`
        : String(error),
    );
  }
  return found;
}

const frame = (command: string) => worker_frame({ path: [1], command, payloads: [text_payload(command)] });

function answering(settings: config): worker {
  return worker.create(settings, ({ command, payloads }) => {
    if (command === 'fail') throw new Error('as it was told');
    return create_frame({ payloads });
  });
}

async function request(service: config, others: config): Promise<void> {
  await using answers = answering(others);
  await using caller = requester.create(service);
  await Promise.all([answers.connect(), caller.connect()]);
  await caller.request(frame('echo'));
}

async function answer(service: config, others: config): Promise<void> {
  await using caller = requester.create(others);
  await using answers = answering(service);
  await Promise.all([answers.connect(), caller.connect()]);
  await caller.request(frame('echo'));
  await givesUp(caller, others);
}

async function both(service: config, others: config): Promise<void> {
  await using caller = requester.create(service);
  await using answers = answering(service);
  await Promise.all([answers.connect(), caller.connect()]);
  await caller.request(frame('echo'));
  await givesUp(caller, others);
}

/** A frame whose handler fails, and a record that is not a frame: both are in the dead-letter topic afterwards. */
async function givesUp(caller: requester, others: config): Promise<void> {
  const { worker: from, dead_letter = '' } = others.topics;
  await expect(caller.request(frame('fail'))).rejects.toMatchObject({ code: 'reply_error' });
  await produceRaw(kafkaConnection(others), from, [{ partition: 0, value: Buffer.from('not a frame') }]);
  // The worker takes it after the record.
  await caller.request(frame('echo'));
  await expect
    .poll(() => readLogEnds(kafkaConnection(others), dead_letter, new Deadline(10_000)), { timeout: 5_000 })
    .toEqual(new Map([[0, 2]]));
}

async function create(service: config): Promise<void> {
  const { worker: requests, reply_to, dead_letter = '' } = service.topics;
  const topics = [requests, reply_to, dead_letter].map((topic) => ({ topic, partitions: 1, replicationFactor: 1 }));
  await createTopics(kafkaConnection(service), topics, new Deadline(20_000));
}

function topicsOf({ input: { topics = {} } }: Case): string[] {
  return [topics.worker, topics.reply_to, topics.dead_letter].filter((topic) => topic !== undefined);
}

function connectionTo(brokers: readonly string[]): ReturnType<typeof kafkaConnection> {
  return kafkaConnection(config.create({ connection: { brokers: [...brokers] } }));
}
