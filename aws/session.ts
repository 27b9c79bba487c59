import { Deadline } from '../src/base/deadline.js';
import { pubsub_error } from '../src/base/error.js';
import { awsFailure, credentialsHint } from './error.js';
import { loadSdk } from './load-sdk.js';
import { namedRegion } from './region.js';
import { absentProfile, absentProfileHint, profileBesideKeys, quietLogger } from './profile.js';

/** Of one call: AWS answers reads within a second. */
const callTimeoutMs = 10_000;

/** Looking for credentials asks files, programs, and a machine's own metadata service, which may not be there. */
const credentialsTimeoutMs = 4_000;

export interface SessionChoice {
  /** @default AWS_REGION, AWS_DEFAULT_REGION, or the profile's */
  readonly region: string | undefined;
  /** A profile of ~/.aws/config. @default AWS_PROFILE, or the usual chain */
  readonly profile: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told which credentials are used, where there may be doubt. @default nobody is */
  readonly onNotice?: (sentence: string) => void;
}

/** Settings that every client of the SDK takes. */
export interface ClientSettings {
  readonly region: string;
  readonly profile?: string;
  readonly maxAttempts: number;
  readonly logger?: typeof quietLogger;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly sessionToken?: string | undefined;
  readonly expiration?: Date | undefined;
}

/**
 * Region and settings, found the way the AWS tools do.
 *
 * @throws pubsub_error `credentials_missing` for a profile that is not there, `config_invalid` without a region
 */
export async function clientSettings(choice: SessionChoice): Promise<ClientSettings> {
  const { STSClient } = await loadSdk('@aws-sdk/client-sts', () => import('@aws-sdk/client-sts'));
  const absent = await absentProfile(choice.profile, choice.env);
  if (absent !== undefined) {
    throw new pubsub_error('credentials_missing', 'aws', absent, { hint: absentProfileHint });
  }
  const notice = profileBesideKeys(choice.profile, choice.env);
  if (notice !== undefined) choice.onNotice?.(notice);
  const profile = choice.profile === undefined ? {} : { profile: choice.profile };
  const named = namedRegion(choice.region, choice.env);
  const region = named ?? (await new STSClient(profile).config.region().catch(() => undefined));
  if (region === undefined) {
    throw new pubsub_error('config_invalid', 'aws', 'no region is named', {
      hint: 'Give --region, set AWS_REGION, or name a region in the profile.',
    });
  }
  return { region, ...profile, maxAttempts: 2, logger: quietLogger };
}

/** The credentials that calls will be signed with. */
export async function findCredentials(settings: ClientSettings, signal: AbortSignal): Promise<Credentials> {
  const { STSClient } = await loadSdk('@aws-sdk/client-sts', () => import('@aws-sdk/client-sts'));
  const client = new STSClient(settings);
  const deadline = new Deadline(credentialsTimeoutMs, signal);
  try {
    return await deadline.race(client.config.credentials(), {
      stage: 'aws',
      what: 'credentials from any of the usual places',
      hint: credentialsHint,
    });
  } catch (error) {
    if (pubsub_error.is(error) && error.code === 'aborted') throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new pubsub_error('credentials_missing', 'aws', `there are no AWS credentials to use (${reason})`, {
      hint: credentialsHint,
      cause: error,
    });
  }
}

/**
 * One call with its own deadline. The request is given up when the deadline passes or the caller's signal is given.
 *
 * @param action as policies write it
 * @param send makes the request; it passes the signal on to the client
 */
export async function awsCall<T>(
  action: string,
  within: Deadline,
  send: (options: { abortSignal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const timeoutMs = Math.min(callTimeoutMs, within.remainingMs());
  const timeout = AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs)));
  const abortSignal = within.signal === undefined ? timeout : AbortSignal.any([timeout, within.signal]);
  try {
    return await new Deadline(timeoutMs, within.signal).race(send({ abortSignal }), {
      stage: 'aws',
      what: `an answer to ${action}`,
      hint: 'Is there a way to the internet, or a proxy that has to be named (HTTPS_PROXY)?',
    });
  } catch (error) {
    throw awsFailure(error, action);
  }
}
