import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kafka, logLevel, type KafkaConfig } from 'kafkajs';
import { generate } from 'selfsigned';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { plainListener, scramListener, startEmbedded, tlsListener } from '../../../../local/kafka/index.js';
import { embeddedSkip } from '../../../support/broker-machine.js';
import { sandbox } from '../../../support/broker-sandbox.js';
import { skipFor } from '../../../support/skips.js';

beforeEach(async (context) => skipFor(context, await embeddedSkip()));

async function clusterOf(brokers: readonly string[], config: Partial<KafkaConfig>): Promise<string> {
  const kafka = new Kafka({ ...config, brokers: [...brokers], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
  const admin = kafka.admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).clusterId;
  } finally {
    await admin.disconnect();
  }
}

test('a broker can have listeners with PLAIN, SCRAM and TLS in addition to the plain-text one', async () => {
  const box = await sandbox();
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const keyAndCertificate = join(box.cache, 'broker.pem');
  await writeFile(keyAndCertificate, `${key}\n${cert}`);
  const kafka = await startEmbedded({
    env: box.env,
    listeners: [
      plainListener('SASL', [{ username: 'ann', password: 'ann-secret' }]),
      scramListener('SCRAM', 'SCRAM-SHA-512'),
      tlsListener('TLS', { keyAndCertificate }),
    ],
    scramUsers: [{ mechanism: 'SCRAM-SHA-512', username: 'bob', password: 'bob-secret' }],
  });
  onTestFinished(() => kafka[Symbol.asyncDispose]());
  const login = (mechanism: 'plain' | 'scram-sha-512', username: string, password: string): Partial<KafkaConfig> => ({
    sasl: { mechanism, username, password } as KafkaConfig['sasl'] & object,
  });

  const [sasl, scram, tls] = ['SASL', 'SCRAM', 'TLS'].map((name) => kafka.brokersOf(name));
  await expect(clusterOf(sasl!, login('plain', 'ann', 'ann-secret'))).resolves.toBe(kafka.clusterId);
  await expect(clusterOf(sasl!, login('plain', 'ann', 'wrong'))).rejects.toThrow(/authentication failed/i);
  await expect(clusterOf(scram!, login('scram-sha-512', 'bob', 'bob-secret'))).resolves.toBe(kafka.clusterId);
  await expect(clusterOf(scram!, login('scram-sha-512', 'ann', 'ann-secret'))).rejects.toThrow(
    /authentication failed/i,
  );
  await expect(clusterOf(tls!, { ssl: { ca: cert } })).resolves.toBe(kafka.clusterId);
  await expect(clusterOf(tls!, { ssl: true })).rejects.toThrow(/self-signed/);
  expect(() => kafka.brokersOf('OTHER')).toThrow(RangeError);
});
