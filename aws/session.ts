import { Deadline } from '../src/base/deadline.js';
import { pubsub_error } from '../src/base/error.js';
import { awsError, CREDENTIALS_HINT } from './error.js';
import { loadSdk } from './load-sdk.js';
import { absentProfile, ABSENT_PROFILE_HINT, profileBesideKeys, quietLogger } from './profile.js';

/** The search for credentials uses files, programs, and the metadata service of the machine, which may not exist. */
const CREDENTIALS_TIMEOUT_MS = 4_000;

/** A read may be repeated. */
const READ_ATTEMPTS = 3;

export interface SessionOptions {
  /** @default AWS_REGION, AWS_DEFAULT_REGION, or that of the profile */
  readonly region?: string | undefined;
  /** A profile of ~/.aws/config. @default AWS_PROFILE, or the default profile */
  readonly profile?: string | undefined;
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A server to use in place of AWS. @default AWS itself, or AWS_ENDPOINT_URL */
  readonly endpoint?: string | undefined;
  /** @default those of the SDK's default chain */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** Receives a sentence that names the credentials in use if two kinds are configured. */
  readonly onNotice?: ((sentence: string) => void) | undefined;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Region and credentials of a command: the settings that every client of the SDK takes. */
export interface AwsSession {
  readonly region: string;
  /** Resolved once for all clients, because a provider may start programs, or ask for a code. */
  readonly credentials: () => Promise<Credentials>;
  readonly maxAttempts: number;
  readonly logger: typeof quietLogger;
  readonly endpoint?: string;
}

/**
 * Finds the region and the credentials' source in the way that the AWS CLI does. Reads no credentials yet.
 *
 * @throws pubsub_error `credentials_missing` for a profile that does not exist, `config_invalid` without a region
 */
export async function openSession(options: SessionOptions = {}): Promise<AwsSession> {
  const { profile, endpoint, credentials, env = process.env } = options;
  const { STSClient } = await loadSdk('@aws-sdk/client-sts', () => import('@aws-sdk/client-sts'));
  if (credentials === undefined) await checkProfile(profile, env, options.onNotice);
  // The SDK itself does not read AWS_DEFAULT_REGION; the CDK and the AWS CLI do.
  const named = options.region || env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || undefined;
  const { config } = new STSClient({
    logger: quietLogger,
    ...(named === undefined ? {} : { region: named }),
    ...(profile === undefined ? {} : { profile }),
    ...(credentials === undefined ? {} : { credentials }),
  });
  const region = named ?? (await config.region().catch(() => undefined));
  if (region === undefined) {
    throw new pubsub_error('config_invalid', 'aws', 'no AWS region is set', {
      hint: 'Give --region, set AWS_REGION, or set a region in the profile.',
    });
  }
  return {
    region,
    credentials: () => config.credentials(),
    maxAttempts: READ_ATTEMPTS,
    logger: quietLogger,
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}

async function checkProfile(
  profile: string | undefined,
  env: NonNullable<SessionOptions['env']>,
  onNotice: SessionOptions['onNotice'],
): Promise<void> {
  const absent = await absentProfile(profile, env);
  if (absent !== undefined) {
    throw new pubsub_error('credentials_missing', 'aws', absent, { hint: ABSENT_PROFILE_HINT });
  }
  const notice = profileBesideKeys(profile, env);
  if (notice !== undefined) onNotice?.(notice);
}

/**
 * The credentials for signing calls, within 4 s.
 *
 * @throws pubsub_error `credentials_missing`, or `authentication_failed` if they have expired
 */
export async function findCredentials({ credentials, region }: AwsSession, signal?: AbortSignal): Promise<Credentials> {
  try {
    return await new Deadline(CREDENTIALS_TIMEOUT_MS, signal).race(credentials(), {
      stage: 'aws',
      what: 'credentials from any of the usual places',
    });
  } catch (thrown) {
    const error = awsError(thrown, { action: 'credentials', region });
    if (error.code === 'aborted' || error.code === 'authentication_failed') throw error;
    const reason = pubsub_error.is(thrown) ? thrown.raw_message : String(error.details['aws_message']);
    throw new pubsub_error('credentials_missing', 'aws', `no AWS credentials were found (${reason})`, {
      hint: CREDENTIALS_HINT,
      cause: thrown,
    });
  }
}
