import { beforeEach, expect, onTestFinished, test } from 'vitest';
import {
  config,
  create_frame,
  payload_text,
  publisher,
  requester,
  text_payload,
  topic_type,
  worker,
  worker_frame,
} from '../../../src/index.js';
import { embeddedSkip } from '../../support/broker-machine.js';
import { skipFor } from '../../support/skips.js';
import { forged } from './support/forge.js';
import { RawClient } from './support/raw-client.js';
import { iamWorld, newRole, Operation, REGION, Resource } from './support/world.js';
import { clientUnderTest } from '../../support/client.js';

const app = newRole('app', { mayWriteIdempotently: false });
const SESSION_SECONDS = 15;
const LOAD_MS = 60_000;
const world = iamWorld({ nodes: 2, roles: [app], sessionSeconds: SESSION_SECONDS });

beforeEach(async (context) => skipFor(context, await embeddedSkip()));

test('sessions of 15 s end under load, for a minute, without an effect on clients', async () => {
  const { grant, topic: newTopic, kafka, ca, admin, refusals } = world();
  const topics = { worker: await newTopic(6), reply_to: await newTopic(6) };
  const groups = { worker: 'app-workers', reply_to: 'app-requesters' };
  for (const topic of Object.values(topics)) {
    await grant(app, Resource.TOPIC, topic, [Operation.READ, Operation.WRITE, Operation.DESCRIBE]);
  }
  for (const group of Object.values(groups)) {
    await grant(app, Resource.GROUP, group, [Operation.READ, Operation.DESCRIBE]);
  }
  useCredentials();
  const settings = config.create({
    connection: {
      client: clientUnderTest,
      brokers: [...kafka.gatewayBrokers],
      auth: 'msk_iam',
      region: REGION,
      tls: true,
      tls_ca: ca,
    },
    topics,
    groups,
  });
  await using echo = worker.create(settings, (frame) => create_frame({ payloads: frame.payloads }));
  await using asking = requester.create(settings);
  await using sending = publisher.create(settings);
  await Promise.all([echo.connect(), asking.connect(), sending.connect()]);
  const loginsBefore = kafka.logins();

  const end = performance.now() + LOAD_MS;
  let asked = 0;
  let sent = 0;
  const ask = async (path: number): Promise<void> => {
    while (performance.now() < end) {
      const text = `request ${asked++}`;
      const frame = worker_frame({ path: [path], command: 'echo', payloads: [text_payload(text)] });
      const reply = await asking.request(frame);
      expect(payload_text(reply)).toBe(text);
    }
  };
  // One-way frames, on a separate connection that is not always busy: its sessions also end between sends.
  const send = async (): Promise<void> => {
    while (performance.now() < end) {
      const frame = worker_frame({ path: [1_000], command: 'echo', payloads: [text_payload(`sent ${sent++}`)] });
      await sending.send(topic_type.worker, frame);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  await Promise.all([send(), ...Array.from({ length: 16 }, (_, path) => ask(path))]);

  expect(asking.counts).toMatchObject({ requests: asked, replies: asked, late: 0, duplicate: 0, reissued: 0 });
  const offsets = await admin.fetchTopicOffsets(topics.worker);
  expect(offsets.reduce((sum, { high }) => sum + Number(high), 0)).toBe(asked + sent);
  expect(refusals).toEqual([]);
  // Requester, worker and publisher have a dozen connections, and each session ends three or four times.
  console.log(`${asked} requests, ${sent} sent one way, ${kafka.logins() - loginsBefore} renewed or new logins`);
  expect(kafka.logins() - loginsBefore).toBeGreaterThan(20);
});

test('a client that does not log in again is disconnected', async () => {
  const { kafka, ca } = world();
  const client = await RawClient.secure({ address: kafka.gatewayBrokers[0]!, ca });
  onTestFinished(() => client.end());
  const { lifetimeMs } = await client.login(forged(app));
  expect(lifetimeMs).toBeGreaterThan(13_000);
  expect(lifetimeMs).toBeLessThanOrEqual(SESSION_SECONDS * 1_000);
  client.send(18, 0);
  await client.answer();
  await new Promise((resolve) => setTimeout(resolve, lifetimeMs + 100));
  client.send(18, 0);
  await client.untilClosed();
});

/** Our own library takes a role's credentials from Lambda's variables. */
function useCredentials(): void {
  const variables = {
    AWS_ACCESS_KEY_ID: app.accessKeyId,
    AWS_SECRET_ACCESS_KEY: app.secretAccessKey,
    AWS_SESSION_TOKEN: app.sessionToken,
  };
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  onTestFinished(() => {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  });
}
