import { describe, expect, test } from 'vitest';
import { parseKafkaVersion, readKafkaVersion } from '../../../../local/kafka/program/version.js';

describe('the Kafka version', () => {
  test('is read from the environment', () => {
    expect(readKafkaVersion({ KAFKA_VERSION: ' 4.3.1 ' })).toEqual({ text: '4.3.1', major: 4, minor: 3 });
  });

  test.each([{}, { KAFKA_VERSION: '' }])('is otherwise read from the .env file of the checkout: %j', (env) => {
    expect(readKafkaVersion(env).text).toMatch(/^3\.9\.\d+$/);
  });

  test.each(['3.9', '3.9.x', 'v3.9.1', 'latest', '3.9.1-rc0', '3.9.1.kraft', '../3.9.1'])('must not be %s', (text) => {
    expect(() => readKafkaVersion({ KAFKA_VERSION: text })).toThrow(
      expect.objectContaining({
        code: 'config_invalid',
        raw_message: `KAFKA_VERSION is "${text}", which is not a released Kafka version`,
        hint: expect.stringContaining('3.9.1 or 4.3.1') as string,
      }),
    );
  });

  test('must not be too old, from any source', () => {
    expect(() => parseKafkaVersion('2.8.2', '--version')).toThrow(
      expect.objectContaining({
        code: 'config_invalid',
        raw_message: '--version is 2.8.2, which is too old to run here',
      }),
    );
  });
});
