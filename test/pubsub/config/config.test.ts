import { describe, expect, test } from 'vitest';
import { config } from '../../../src/pubsub/config/config.js';
import { publisher } from '../../../src/pubsub/publisher.js';
import { reply_to_subscriber } from '../../../src/pubsub/reply-to-subscriber.js';
import { requester } from '../../../src/pubsub/requester.js';
import { worker } from '../../../src/pubsub/worker.js';
import { worker_subscriber } from '../../../src/pubsub/worker-subscriber.js';
import { settingRows } from '../../../src/pubsub/config/setting-rows.js';

const brokers = ['localhost:9092'];
const settings = config.create({ connection: { brokers } });

describe('defaults', () => {
  test('exist for every setting except the brokers', () => {
    expect(settings.topics).toEqual({ worker: 'worker', reply_to: 'reply_to', reply_allowed: ['reply_to'] });
    expect(settings.groups).toEqual({ worker: 'easy-pubsub-worker', reply_to: 'easy-pubsub-reply_to' });
    expect(settings.requester.request_timeout_ms).toBe(10_000);
    expect(settings.producer.allow_auto_topic_creation).toBe(false);
  });

  test('are those on the reference page, for every setting', () => {
    for (const { section, key, default_value } of settingRows) {
      if (default_value === undefined) continue;
      expect(settings[section as 'connection'][key as 'auth'], `${section}.${key}`).toEqual(default_value);
    }
  });
});

test('a config is frozen, including its sections and lists', () => {
  for (const part of [
    settings,
    settings.connection,
    settings.topics,
    settings.connection.brokers,
    settings.topics.reply_allowed,
  ]) {
    expect(Object.isFrozen(part)).toBe(true);
  }
});

describe('with', () => {
  test('changes the given settings and keeps the rest, without changing its input', () => {
    const changed = settings.with({ worker: { concurrency: 3 } });
    expect(changed.worker.concurrency).toBe(3);
    expect(changed.connection.brokers).toEqual(brokers);
    expect(settings.worker.concurrency).toBe(64);
  });

  test('allows a new topic of replies, unless the allowed topics were set', () => {
    expect(settings.with({ topics: { reply_to: 'b' } }).topics.reply_allowed).toEqual(['b']);
    const set = config.create({ connection: { brokers }, topics: { reply_allowed: ['reply_to', 'x'] } });
    expect(set.with({ topics: { reply_to: 'b' } }).topics.reply_allowed).toEqual(['reply_to', 'x']);
  });

  test('validates all settings', () => {
    expect(() => settings.with({ topics: { reply_to: 'worker' } })).toThrow(/which is the worker topic/);
    expect(() => settings.with({ topicz: { worker: 'a' } } as never)).toThrow(
      /topicz is not a setting \(did you mean topics\?\)/,
    );
  });
});

describe('msk_iam', () => {
  test('names a variable for a missing region only where it is read', () => {
    const env = { PUBSUB_BROKERS: 'b-1.example.com:9098', PUBSUB_AUTH: 'msk_iam' };
    expect(() => config.from_env(env)).toThrow(/PUBSUB_REGION is missing.*\(AWS_REGION is read too\)/);
    const connection = { brokers, auth: 'msk_iam' } as const;
    expect(() => config.create({ connection })).toThrow(/connection\.region is missing.*\(for example eu-west-1\)/);
  });

  test('forces TLS, and needs a region, which AWS_REGION may give', () => {
    const env = { PUBSUB_BROKERS: 'b-1.example.com:9098', PUBSUB_AUTH: 'msk_iam' };
    expect(() => config.from_env(env)).toThrow(/PUBSUB_REGION is missing/);
    const { connection } = config.from_env({ ...env, AWS_REGION: 'eu-west-1', PUBSUB_TLS: 'false' });
    expect(connection).toMatchObject({ tls: true, region: 'eu-west-1' });
  });
});

describe('every variable of the reference page sets its setting', () => {
  const values: Record<string, [text: string, value: unknown]> = {
    PUBSUB_BROKERS: ['a:1, b:2', ['a:1', 'b:2']],
    PUBSUB_CLIENT: ['platformatic', 'platformatic'],
    PUBSUB_AUTH: ['plain', 'plain'],
    PUBSUB_REGION: ['eu-west-1', 'eu-west-1'],
    PUBSUB_PARTITIONER: ['kafkajs_legacy', 'kafkajs_legacy'],
    PUBSUB_WORKER_START: ['latest', 'latest'],
    PUBSUB_RETRY_ORDER: ['path_goes_on', 'path_goes_on'],
    PUBSUB_REPLY_MODE: ['own', 'own'],
    PUBSUB_HEARTBEAT_INTERVAL_MS: ['900', 900],
    PUBSUB_SESSION_TIMEOUT_MS: ['11000', 11_000],
  };
  const pem = '-----BEGIN X-----\n-----END X-----';
  const rows = settingRows.filter((row) => row.env !== undefined);

  test.each(rows.map((row) => [row.env!, row] as const))('%s', (env, row) => {
    const plus = typeof row.default_value === 'number' ? row.default_value + 1 : 0;
    const [text, value] =
      values[env] ??
      (row.key.startsWith('tls_')
        ? [pem, pem]
        : row.kind === 'number'
          ? [String(plus), plus]
          : row.kind === 'boolean'
            ? ['true', true]
            : row.kind === 'list'
              ? ['x,y', ['x', 'y']]
              : ['some-name', 'some-name']);
    // What the rules between settings require in addition.
    const company: Record<string, string> = {
      PUBSUB_BROKERS: 'localhost:9092',
      ...(env === 'PUBSUB_AUTH' ? { PUBSUB_USERNAME: 'u', PUBSUB_PASSWORD: 'p' } : {}),
      ...(row.key.startsWith('tls_') ? { PUBSUB_TLS: 'true' } : {}),
      ...(row.key === 'tls_cert' ? { PUBSUB_TLS_KEY: pem } : {}),
      ...(row.key === 'tls_key' ? { PUBSUB_TLS_CERT: pem } : {}),
    };
    const made = config.from_env({ ...company, [env]: text });
    expect(made[row.section as 'connection'][row.key as 'auth']).toEqual(value);
  });
});

describe('ports', () => {
  test.each([
    [{ loger: console }, 'ports.loger is not a port (did you mean logger?)'],
    [{ tracing: {} }, 'ports.tracing has no method current_traceparent'],
    [{ metrics: { count: () => undefined } }, 'ports.metrics has no method observe'],
    [{ clock: null }, 'ports.clock has no methods wall_ms, monotonic_ms'],
  ])('that are misspelt or incomplete are refused: %o', (ports, said) => {
    expect(() => config.create({ connection: { brokers } }, ports as object)).toThrow(said);
    expect(() => config.from_env({ PUBSUB_BROKERS: 'localhost:9092' }, ports as object)).toThrow(said);
  });
});

describe('the classes', () => {
  const plain = { connection: { brokers } } as unknown as config;

  test.each([
    ['requester.create', () => requester.create(plain)],
    ['publisher.create', () => publisher.create(plain)],
    ['worker.create', () => worker.create(plain, () => undefined)],
    ['worker_subscriber.create', () => worker_subscriber.create(plain)],
    ['reply_to_subscriber.create', () => reply_to_subscriber.create(undefined as unknown as config)],
  ])('%s refuses settings that are not a config', (name, create) => {
    expect(create).toThrow(`${name} takes a config, and got `);
  });

  test('worker.create refuses a table of commands and nothing', () => {
    for (const handler of [undefined, { price: () => undefined }])
      expect(() => worker.create(settings, handler as never)).toThrow('worker.create takes a handler');
  });
});
