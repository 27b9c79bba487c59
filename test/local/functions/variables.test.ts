import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  sanityTopics,
  settingsOfServices,
  sharedVariables,
  unusedVariables,
} from '../../../local/functions/variables.js';
import { settingRows } from '../../../src/pubsub/config/setting-rows.js';

/**
 * The settings of a client: how it connects, and how fast and with how much memory it works. A run uses them, and
 * none of those of services.
 */
const settingsOfClients = [
  'connection.brokers',
  'connection.client',
  'connection.client_id',
  'connection.auth',
  'connection.region',
  'connection.username',
  'connection.password',
  'connection.tls',
  'connection.tls_ca',
  'connection.tls_cert',
  'connection.tls_key',
  'connection.connection_timeout_ms',
  'connection.authentication_timeout_ms',
  'connection.broker_request_timeout_ms',
  'connection.metadata_max_age_ms',
  'connection.retry_denied_ms',
  'producer.partitioner',
  'producer.send_timeout_ms',
  'producer.max_frame_bytes',
  'consumer.connect_timeout_ms',
  'consumer.session_timeout_ms',
  'consumer.heartbeat_interval_ms',
  'consumer.rebalance_timeout_ms',
  'consumer.fetch_max_wait_ms',
  'consumer.fetch_max_bytes',
  'consumer.queue_max_frames',
  'consumer.queue_max_bytes',
  'worker.concurrency',
  'worker.max_unacknowledged_frames',
  'worker.max_unacknowledged_bytes',
  'worker.commit_interval_ms',
  'requester.max_in_flight',
  'disposal.dispose_timeout_ms',
];

const own = {
  PUBSUB_WORKER_TOPIC: 'sanity.worker',
  PUBSUB_REPLY_TO_TOPIC: 'sanity.reply_to',
  PUBSUB_BROKERS: 'b:9092',
};

/** A value of its own for each variable. */
const all = Object.fromEntries(settingRows.flatMap(({ env, path }) => (env === undefined ? [] : [[env, path]])));

describe('which variables of the environment a run uses', () => {
  test('each setting is either one of services or one of clients', () => {
    const listed = [...settingsOfServices, ...settingsOfClients];
    expect(listed.toSorted()).toEqual(settingRows.map(({ path }) => path).toSorted());
  });

  test('those of clients are used, those of services are not', () => {
    const used = sharedVariables(all, ['b:9092'], sanityTopics);
    const ofClients = Object.entries(all)
      .filter(([, path]) => settingsOfClients.includes(path))
      .map(([name, value]) => [name, name.startsWith('PUBSUB_TLS_') ? resolve(value) : value]);
    expect(used).toEqual({ ...Object.fromEntries(ofClients), ...own });
  });

  test('a variable that is not a setting is kept, so that it is refused', () => {
    expect(sharedVariables({ PUBSUB_WORKR_TOPIC: 'a' }, ['b:9092'], sanityTopics)).toMatchObject({
      PUBSUB_WORKR_TOPIC: 'a',
    });
  });

  test('those that are not used are named, without secrets', () => {
    const named = unusedVariables(all, sanityTopics);
    expect(named).toEqual(
      settingsOfServices.map((path) => `${Object.entries(all).find(([, one]) => one === path)?.[0] ?? ''}=${path}`),
    );
    expect(settingRows.filter(({ path, secret }) => secret === true && settingsOfServices.includes(path))).toEqual([]);
    expect(unusedVariables(own, sanityTopics)).toEqual([]);
  });
});

test('paths of certificates are absolute, because a function has another working directory', () => {
  const given = { PUBSUB_TLS_CA: ' certs/ca.pem', PUBSUB_TLS_CERT: '/etc/cert.pem', PUBSUB_TLS_KEY: ' ' };
  const pem = '-----BEGIN CERTIFICATE-----\nMII//ab/../x\n-----END CERTIFICATE-----\n';
  expect(sharedVariables({ PUBSUB_TLS_CA: pem }, ['127.0.0.1:1'], sanityTopics)).toMatchObject({ PUBSUB_TLS_CA: pem });
  expect(sharedVariables(given, ['127.0.0.1:1'], sanityTopics)).toMatchObject({
    PUBSUB_TLS_CA: resolve('certs/ca.pem'),
    PUBSUB_TLS_CERT: '/etc/cert.pem',
    PUBSUB_TLS_KEY: ' ',
  });
});
