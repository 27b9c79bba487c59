import type { Connection } from '@platformatic/kafka';
import { ConnectionFailure } from '../client/connection-failure.js';
import { BrokerError } from '../client/broker-error.js';
import { kafkaErrorName } from '../client/kafka-error-names.js';
import type { IamTokens } from '../client/msk-iam-token.js';
import type { KafkaLogin } from '../connection.js';
import type { Platformatic } from './package.js';

/** A session is renewed this long before it ends; a short session after half of its time. */
const RENEW_BEFORE_MS = 10_000;

interface SaslResponse {
  readonly authBytes: Buffer;
  readonly sessionLifetimeMs: bigint;
}

type Mechanism = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | 'OAUTHBEARER';
const mechanisms: Readonly<Record<Exclude<KafkaLogin['mechanism'], 'none'>, Mechanism>> = {
  plain: 'PLAIN',
  scram_sha_256: 'SCRAM-SHA-256',
  scram_sha_512: 'SCRAM-SHA-512',
  msk_iam: 'OAUTHBEARER',
};

/**
 * The login of one connection, repeated before each session ends. The package's own connection logs in again on a
 * timer, and sends other requests in between, for which brokers close the connection.
 */
export class Login {
  readonly #platformatic: Platformatic;
  readonly #login: KafkaLogin;
  readonly #tokens: IamTokens | undefined;
  /** Monotonic. */
  #renewAt = Number.POSITIVE_INFINITY;

  constructor(platformatic: Platformatic, login: KafkaLogin, tokens: IamTokens | undefined) {
    this.#platformatic = platformatic;
    this.#login = login;
    this.#tokens = tokens;
  }

  /** True if the connection must log in again before its next request. */
  get isDue(): boolean {
    return performance.now() >= this.#renewAt;
  }

  /** @throws BrokerError or ConnectionFailure `login_refused` */
  async logIn(connection: Connection): Promise<void> {
    const login = this.#login;
    if (login.mechanism === 'none') return;
    // Without credentials this fails here, before the broker waits for them.
    const token = await this.#tokens?.provide();
    await this.#shakeHands(connection, mechanisms[login.mechanism]);
    const since = performance.now();
    const { authBytes, sessionLifetimeMs } = await this.#authenticate(connection, login, token?.value ?? '');
    if (login.mechanism === 'msk_iam') refuseInvalidToken(authBytes);
    const lifetimeMs = Number(sessionLifetimeMs);
    this.#renewAt =
      lifetimeMs > 0 ? since + lifetimeMs - Math.min(RENEW_BEFORE_MS, lifetimeMs / 2) : Number.POSITIVE_INFINITY;
  }

  async #shakeHands(connection: Connection, mechanism: Mechanism): Promise<void> {
    try {
      await this.#platformatic.saslHandshakeV1.api.async(connection, mechanism);
    } catch (error) {
      const refused = refusalIn(error);
      if (refused === undefined) throw error;
      throw new BrokerError(refused.name);
    }
  }

  #authenticate(connection: Connection, login: KafkaLogin, token: string): Promise<SaslResponse> {
    const { saslPlain, saslScramSha, saslOAuthBearer, saslAuthenticateV2 } = this.#platformatic;
    const { api } = saslAuthenticateV2;
    return new Promise<SaslResponse>((resolve, reject) => {
      const done = (error: Error | null, response?: SaslResponse): void => {
        if (error === null && response !== undefined) resolve(response);
        else reject(refusedLogin(error));
      };
      switch (login.mechanism) {
        case 'none':
          return;
        case 'plain':
          saslPlain.authenticate(api, connection, login.username, login.password, done);
          return;
        case 'msk_iam':
          saslOAuthBearer.authenticate(api, connection, token, {}, done);
          return;
        default: {
          const hash = login.mechanism === 'scram_sha_256' ? 'SHA-256' : 'SHA-512';
          const { defaultCrypto, authenticate } = saslScramSha;
          authenticate(api, connection, hash, login.username, login.password, defaultCrypto, done);
        }
      }
    });
  }
}

/** The error of a broker in a response, if the error is one. */
function refusalIn(thrown: unknown): { readonly name: string; readonly message: string | undefined } | undefined {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth += 1) {
    if (!('response' in error)) continue;
    const { errorCode, errorMessage } = error.response as { errorCode: number; errorMessage?: string | null };
    const name = kafkaErrorName(errorCode);
    if (name !== undefined) return { name, message: errorMessage ?? undefined };
  }
  return undefined;
}

/** An error of the package that is not caused by a broken connection means that the login was refused. */
function refusedLogin(error: Error | null): Error {
  const refused = refusalIn(error);
  if (refused?.name === 'SASL_AUTHENTICATION_FAILED')
    return new ConnectionFailure('login_refused', refused.message ?? 'it has no reason', { cause: error });
  if (refused !== undefined) return new BrokerError(refused.name, refused.message);
  if (error !== null && 'code' in error && error.code === 'PLT_KFK_AUTHENTICATION' && error.cause === undefined)
    return new ConnectionFailure('login_refused', error.message, { cause: error });
  return error ?? new Error('no response to the login');
}

/** A broker may report an invalid token in a response without an error code (RFC 7628). */
function refuseInvalidToken(authBytes: Buffer): void {
  if (authBytes.length === 0) return;
  const text = authBytes.toString('utf8');
  if (/"status"\s*:/.test(text)) throw new ConnectionFailure('login_refused', `OAUTHBEARER: ${text}`);
}
