import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { givenVariables } from '../../../local/functions/index.js';

const iam = { PUBSUB_AUTH: 'msk_iam' };

/** An environment whose only credentials are in a file of profiles. */
async function profiles(text: string, profile: string): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-credentials-'));
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });
  await writeFile(join(folder, 'credentials'), text);
  const env = {
    PATH: '/bin',
    AWS_PROFILE: profile,
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
  };
  // The SDK's chain reads this process's own environment.
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value === '' ? undefined : value);
  return env;
}

test('a function trusts the certificates that this process trusts, from any folder', async () => {
  const env = { PATH: '/bin', NODE_EXTRA_CA_CERTS: 'certs/ca.pem' };
  expect(await givenVariables({}, undefined, env)).toEqual({
    PATH: '/bin',
    NODE_EXTRA_CA_CERTS: resolve('certs/ca.pem'),
  });
});

test('spaces around PUBSUB_AUTH do not hide that it is msk_iam', async () => {
  const keys = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret' };
  expect(await givenVariables({ PUBSUB_AUTH: ' msk_iam ' }, undefined, keys)).toMatchObject(keys);
});

test('with msk_iam, a function gets the credentials of the profile in its environment', async () => {
  const env = await profiles('[dev]\naws_access_key_id = AKIADEV\naws_secret_access_key = secret\n', 'dev');
  expect(await givenVariables(iam, undefined, env)).toEqual({
    PATH: '/bin',
    AWS_ACCESS_KEY_ID: 'AKIADEV',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: '',
  });
});

test('credentials of the environment are passed on unchanged', async () => {
  const env = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't', AWS_PROFILE: 'dev' };
  expect(await givenVariables(iam, undefined, env)).toEqual({
    AWS_ACCESS_KEY_ID: 'AKIA',
    AWS_SECRET_ACCESS_KEY: 's',
    AWS_SESSION_TOKEN: 't',
  });
});

test('missing credentials are reported, with the cause', async () => {
  const env = await profiles('', 'nope');
  await expect(givenVariables(iam, undefined, env)).rejects.toMatchObject({
    code: 'credentials_missing',
    hint: expect.stringContaining('AWS_PROFILE') as string,
  });
});

test('a function with another login gets no credentials', async () => {
  const env = { PATH: '/bin', AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's' };
  expect(await givenVariables({}, undefined, env)).toEqual({ PATH: '/bin' });
});
