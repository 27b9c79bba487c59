import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadSdk, requireSdk, sdkClients } from '../../aws/load-sdk.js';

/** What the commands of each use import, beside each other's. */
const files = {
  stack: ['connect', 'describe-stack', 'invoke-function', 'session'],
  preflight: ['describe-stack', 'sdk-account', 'session'],
  events: ['connect', 'describe-stack', 'invoke-function', 'session', 'test-events/registry'],
} as const;
const uses = Object.keys(files) as (keyof typeof files)[];

const loadedIn = (file: string): string[] =>
  [...readFileSync(`aws/${file}.ts`, 'utf8').matchAll(/loadSdk\(\s*'([^']+)'/g)].map(([, name]) => name!);

test.each(uses)('the clients for %s are those that its files load', (use) => {
  expect(sdkClients[use]).toEqual([...new Set(files[use].flatMap(loadedIn))].toSorted());
});

describe('a client that is not installed', () => {
  test.each(uses)('is named alone: %s', (use) => {
    const [, missing] = sdkClients[use];
    expect(() => requireSdk(use, (name) => name !== missing)).toThrow(
      expect.objectContaining({
        code: 'config_invalid',
        raw_message: `this command needs ${missing}, which is not installed`,
        hint: `npm install ${missing}`,
      }),
    );
  });

  test('is named with the others that the same command misses', () => {
    expect(() => requireSdk('stack', () => false)).toThrow(
      expect.objectContaining({
        raw_message: 'this command needs 4 clients of the AWS SDK, which are not installed',
        hint: `npm install ${sdkClients.stack.join(' ')}`,
      }),
    );
  });

  test('is not blamed for a package that it requires itself', async () => {
    const load = (name: string) =>
      loadSdk('@aws-sdk/client-sts', () =>
        Promise.reject(Object.assign(new Error(`Cannot find package '${name}'`), { code: 'ERR_MODULE_NOT_FOUND' })),
      );
    await expect(load('@aws-sdk/client-sts')).rejects.toMatchObject({ hint: 'npm install @aws-sdk/client-sts' });
    await expect(load('@smithy/core')).rejects.toThrow("Cannot find package '@smithy/core'");
  });
});
