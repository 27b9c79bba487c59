import tls from 'node:tls';
import { generate } from 'selfsigned';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { explainConnectionFailure, isLikelyIam } from '../../../src/kafka/client/explain.js';
import { config, pubsub_error, type config_input } from '../../../src/index.js';
import { kafkaConnection } from '../../../src/pubsub/kafka-connection.js';
import { clientUnderTest } from '../../support/client.js';

const ofAws = ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_PROFILE'];
afterEach(() => void vi.unstubAllEnvs());

test.each([
  ['b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9094', {}, true],
  ['b-1.demo.abc.c1.kafka.cn-north-1.amazonaws.com.cn:9094', {}, true],
  ['b-1.demo.abc.c1.kafka.eusc-de-east-1.amazonaws.eu:9094', {}, true],
  ['10.0.0.1:9098', {}, true],
  ['10.0.0.1:9198', {}, true],
  ['kafka.example.com:9093', { AWS_REGION: 'eu-west-1' }, true],
  ['kafka.example.com:9093', { AWS_REGION: '' }, false],
  ['kafka.example.com:9093', { HOME: '/' }, false],
  ['amazonaws.com.example.org:9093', {}, false],
])('whether the broker probably expects IAM: %s, %j', (broker, env, likely) => {
  expect(isLikelyIam(broker, env)).toBe(likely);
});

test('for plain text to a TLS port, the hint names the login if the address is AWS’s', async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
  const server = tls.createServer({ key, cert });
  onTestFinished(() => void server.close());
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  const broker = `127.0.0.1:${port}`;
  const hint = async (login: Partial<config_input['connection']> = {}): Promise<string> => {
    const settings = kafkaConnection(
      config.create({ connection: { ...login, client: clientUnderTest, brokers: [broker] } }),
    );
    const closed = new pubsub_error('connection_closed', 'connect', 'closed', { details: { broker } });
    const { code, hint: said = '' } = await explainConnectionFailure(settings, closed);
    expect(code).toBe('tls_failed');
    return said;
  };
  for (const name of ofAws) vi.stubEnv(name, undefined);
  expect(await hint()).toMatch(/^Set PUBSUB_TLS=true/);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  expect(await hint()).toMatch(/PUBSUB_AUTH=msk_iam.*PUBSUB_TLS=true/);
  // With a configured login, the hint does not mention a missing login.
  expect(await hint({ auth: 'scram_sha_256', username: 'u', password: 'p', tls: false })).toMatch(
    /^Set PUBSUB_TLS=true/,
  );
});
