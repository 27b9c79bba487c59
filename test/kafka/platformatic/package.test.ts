import { describe, expect, test } from 'vitest';
import { loadPackage, type Platformatic } from '../../../src/kafka/platformatic/package.js';
import { refusal } from '../../support/refusal.js';

const failing = (error: Error) => () => Promise.reject(error);
const missing = (name: string): Error =>
  Object.assign(new Error(`Cannot find package '${name}' imported from /app/index.js`), {
    code: 'ERR_MODULE_NOT_FOUND',
  });
const version1 = () => Promise.resolve({} as Platformatic);
const version2 = () => Promise.resolve({ apiVersionsV0: {} } as unknown as Platformatic);

describe('@platformatic/kafka', () => {
  test('that is not installed: an error says so, and how to install it', async () => {
    const error = await refusal(loadPackage(failing(missing('@platformatic/kafka'))));
    expect(error).toMatchObject({ code: 'config_invalid', stage: 'connect', retryable: false });
    expect(error.raw_message).toBe(
      'PUBSUB_CLIENT is platformatic, and the package @platformatic/kafka is not installed',
    );
    expect(error.hint).toMatch(/npm install @platformatic\/kafka@2 .*remove PUBSUB_CLIENT/);
  });

  test('that cannot be loaded: the error has the reason', async () => {
    const error = await refusal(loadPackage(failing(missing('ajv'))));
    expect(error.code).toBe('config_invalid');
    expect(error.raw_message).toMatch(/cannot be loaded: Cannot find package 'ajv'/);
  });

  test.each([
    ['2', version2, '20.20.2', '22.22.0'],
    ['2', version2, '22.21.9', '22.22.0'],
    ['1', version1, '20.19.3', '20.19.4'],
  ])('version %s on a Node that is too old for it (%s, %s)', async (_, load, node, least) => {
    const error = await refusal(loadPackage(load, node));
    expect(error.code).toBe('config_invalid');
    expect(error.raw_message).toContain(`needs Node ${least} or later; this is ${node}`);
  });

  test.each([
    ['2', version2, '22.22.0'],
    ['2', version2, '24.6.0'],
    ['1', version1, '20.19.4'],
    ['1', version1, '26.0.0'],
  ])('version %s on a Node that it supports (%s, %s)', async (_, load, node) => {
    await expect(loadPackage(load, node)).resolves.toBeDefined();
  });
});
