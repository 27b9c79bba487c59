import { resolve } from 'node:path';
import { Deadline } from '../../src/base/deadline.js';
import { pubsub_error } from '../../src/base/error.js';
import { thrownText } from '../../src/base/thrown.js';

const FIND_MS = 10_000;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The additional variables of a function on this machine: PATH, the certificates that Node shall trust, and with
 * `msk_iam` the credentials of AWS's default chain (environment, profile, SSO, …). As in Lambda, they are in the
 * environment of the function, and its bundle uses no other source.
 *
 * @param variables the function's own: `PUBSUB_AUTH` decides whether it needs credentials
 * @throws pubsub_error `credentials_missing`
 */
export async function givenVariables(
  variables: Env,
  signal?: AbortSignal,
  env: Env = process.env,
): Promise<Record<string, string>> {
  const { PATH, NODE_EXTRA_CA_CERTS: trusted } = env;
  const given = {
    ...(PATH === undefined ? {} : { PATH }),
    // A function has its own working directory.
    ...(trusted === undefined || trusted === '' ? {} : { NODE_EXTRA_CA_CERTS: resolve(trusted) }),
  };
  return variables['PUBSUB_AUTH']?.trim() === 'msk_iam' ? { ...given, ...(await credentials(env, signal)) } : given;
}

async function credentials(env: Env, signal: AbortSignal | undefined): Promise<Record<string, string>> {
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN = '' } = env;
  if (AWS_ACCESS_KEY_ID.trim() !== '' && AWS_SECRET_ACCESS_KEY.trim() !== '') {
    return { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN };
  }
  try {
    // Loaded on first use: only msk_iam needs it.
    const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
    const found = await new Deadline(FIND_MS, signal).race(fromNodeProviderChain()(), {
      stage: 'authenticate',
      what: 'AWS credentials',
    });
    return {
      AWS_ACCESS_KEY_ID: found.accessKeyId,
      AWS_SECRET_ACCESS_KEY: found.secretAccessKey,
      AWS_SESSION_TOKEN: found.sessionToken ?? '',
    };
  } catch (error) {
    signal?.throwIfAborted();
    throw new pubsub_error('credentials_missing', 'authenticate', `no AWS credentials found: ${thrownText(error)}`, {
      cause: error,
      hint: 'PUBSUB_AUTH=msk_iam needs AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    });
  }
}
