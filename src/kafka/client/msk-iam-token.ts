import type * as awsSigner from 'aws-msk-iam-sasl-signer-js';
import { pubsub_error } from '../../base/error.js';
import type { KafkaConnection } from '../connection.js';
import { thrownText } from '../../base/thrown.js';

/**
 * Returns the token for the login to Kafka: a presigned `kafka-cluster:Connect` URL, and its expiry.
 */
export interface IamToken {
  value: string;
  expiresAtMs: number;
}

// Brokers refuse sessions that would be too short. AWS documents no limit; reports start near one minute.
const LEAST_LIFE_MS = 120_000;
// Several connections open at the same time and share one token; an older token would shorten each later session.
const CACHE_MS = 60_000;
const ATTEMPTS = 3;
/**
 * The share of the time of a login that the attempts may take together. With all of it, a provider that hangs would look
 * like a broker that does not answer the login.
 */
const SHARE = 0.8;

/** Creates tokens: one at a time, kept for a minute, each attempt with a time limit. */
export class IamTokens {
  readonly #sign: () => Promise<IamToken>;
  readonly #timeoutMs: number;
  #cached: { token: IamToken; until: number } | undefined;
  #pending: Promise<IamToken> | undefined;

  constructor(sign: () => Promise<IamToken>, timeoutMs: number) {
    this.#sign = sign;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws pubsub_error `credentials_missing` */
  readonly provide = async (): Promise<{ value: string }> => {
    if (this.#cached !== undefined && Date.now() < this.#cached.until) return { value: this.#cached.token.value };
    this.#pending ??= this.#mint().finally(() => {
      this.#pending = undefined;
    });
    return { value: (await this.#pending).value };
  };

  /** The next login gets a new token: the last one was refused. */
  forget(): void {
    this.#cached = undefined;
  }

  async #mint(): Promise<IamToken> {
    let failure: unknown;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      try {
        const token = await within(this.#sign(), (SHARE * this.#timeoutMs) / ATTEMPTS);
        if (token.expiresAtMs - Date.now() < LEAST_LIFE_MS) {
          throw new Error(`the credentials expire within ${LEAST_LIFE_MS / 1000} s`);
        }
        this.#cached = { token, until: Date.now() + CACHE_MS };
        return token;
      } catch (error) {
        failure = error;
      }
    }
    throw new pubsub_error(
      'credentials_missing',
      'authenticate',
      `no token for MSK IAM could be signed: ${thrownText(failure)}`,
      {
        cause: failure,
        hint: 'Check the AWS credentials of this process: environment, profile, or the role of the function.',
      },
    );
  }
}

/** The tokens of one client: its connections share them. Undefined if the login is another one. */
export function iamTokens({ login, authenticationTimeoutMs }: KafkaConnection): IamTokens | undefined {
  if (login.mechanism !== 'msk_iam') return undefined;
  return new IamTokens(() => signWithAws(login.region), authenticationTimeoutMs);
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no credentials within ${Math.round(ms)} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

type Signer = Pick<typeof awsSigner, 'generateAuthToken' | 'generateAuthTokenFromCredentialsProvider'>;

/**
 * Signs with AWS's own signer. It uses the credentials in the environment if they exist (a function's role; this makes
 * no network call), otherwise AWS's default chain of providers.
 */
export async function signWithAws(region: string): Promise<IamToken> {
  // Loaded on first use: it costs 50 ms, and only msk_iam needs it.
  const loaded: Signer & { readonly default?: Signer } = await import('aws-msk-iam-sasl-signer-js');
  // A bundle in several ES modules has a CommonJS package only as the default export.
  const signer = loaded.default ?? loaded;
  const accessKeyId = variable('AWS_ACCESS_KEY_ID');
  const secretAccessKey = variable('AWS_SECRET_ACCESS_KEY');
  const sessionToken = variable('AWS_SESSION_TOKEN');
  const { token, expiryTime } =
    accessKeyId !== undefined && secretAccessKey !== undefined
      ? await signer.generateAuthTokenFromCredentialsProvider({
          region,
          awsCredentialsProvider: () =>
            Promise.resolve({
              accessKeyId,
              secretAccessKey,
              ...(sessionToken === undefined ? {} : { sessionToken }),
            }),
        })
      : await signer.generateAuthToken({ region });
  return { value: token, expiresAtMs: expiryTime };
}

/** An empty variable counts as not set. */
function variable(name: string): string | undefined {
  const value = process.env[name]?.trim();
  return value === '' ? undefined : value;
}
