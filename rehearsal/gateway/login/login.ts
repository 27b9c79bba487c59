import { randomUUID } from 'node:crypto';
import { serviceHost } from '../../../src/base/aws-partitions.js';
import { oauthBearerMessage, type Voucher } from './jws.js';
import { mskIamAnswer, readMskIam, readOauthBearer } from './login-request.js';
import { GatewayRefusal } from '../refusal.js';
import type { RequestHead } from '../protocol/requests.js';
import { notGranted, type GatewayRole, type Roles } from './roles.js';
import {
  mechanisms,
  readAuthenticate,
  readAuthenticateAnswer,
  readHandshake,
  saslErrors,
  type Mechanism,
} from '../protocol/sasl-messages.js';
import { verifyLogin } from './verify.js';

/** Hosts that signers for OAUTHBEARER may sign for: AWS's own signers use the first one in every partition. */
export function hostsForOauthBearer(region: string): readonly string[] {
  return [`kafka.${region}.amazonaws.com`, serviceHost('kafka', region)];
}

/** What all logins at one gateway have in common. */
export interface LoginOptions {
  /** Hosts that a client of AWS_MSK_IAM may have signed for, besides the region's host for OAUTHBEARER. */
  brokerHosts: readonly string[];
  roles: Roles;
  voucher: Voucher;
  /** @default as long as the token is valid, as on MSK: up to 15 minutes */
  sessionSeconds?: number | undefined;
}

/** A request that is forwarded instead of the client's, and what to do with its answer. */
export interface LoginStep {
  forward: Buffer;
  /** @returns the answer for the client. @throws GatewayRefusal */
  onAnswer?: (answer: Buffer) => Buffer | undefined;
}

/** The identity of one connection: verifies the client's logins, and logs in at the broker for it. */
export class Login {
  /** Set from a handshake to the authentication that belongs to it. */
  #mechanism: Mechanism | undefined;
  #accessKeyId: string | undefined;
  #session: string | undefined;
  #done = false;

  /** @param onLogin called when a broker has accepted a login, the first or a renewal */
  constructor(
    private readonly options: LoginOptions,
    private readonly onLogin: () => void,
  ) {}

  /**
   * Whether a broker has accepted a login. If the broker refuses a later one, it either keeps or closes the
   * connection.
   */
  get done(): boolean {
    return this.#done;
  }

  /** The current role, for rights that the gateway enforces. */
  get role(): GatewayRole | undefined {
    return this.#accessKeyId === undefined ? undefined : this.options.roles.find(this.#accessKeyId);
  }

  /** @throws GatewayRefusal */
  handshake(request: Buffer, head: RequestHead): LoginStep {
    // After a handshake of version 0, the login's messages have no header: Kafka's protocol before 2018.
    if (head.version < 1) throw new GatewayRefusal('handshake_version', 'a SaslHandshake of version 0 is not accepted');
    const wanted = readHandshake(request, head);
    const mechanism = mechanisms.find((name) => name === wanted.mechanism);
    if (mechanism === undefined) {
      throw new GatewayRefusal(
        'mechanism_unsupported',
        `the client asks for a mechanism other than ${mechanisms.join(' or ')}`,
      );
    }
    this.#mechanism = mechanism;
    return { forward: wanted.for('OAUTHBEARER') };
  }

  /** @throws GatewayRefusal */
  authenticate(request: Buffer, head: RequestHead): LoginStep {
    const message = readAuthenticate(request, head);
    const mechanism = this.#mechanism;
    this.#mechanism = undefined;
    // Out of turn: Kafka knows the right error, and must not receive the client's bytes.
    if (mechanism === undefined) return { forward: message.with(Buffer.alloc(0)) };
    const { role, until } = this.#verify(message.bytes, mechanism);
    const token = this.options.voucher.vouch(role.arn, until);
    return {
      forward: message.with(oauthBearerMessage(token)),
      onAnswer: (answer) => this.#onAnswer(answer, head, mechanism),
    };
  }

  #verify(bytes: Buffer, mechanism: Mechanism): { role: GatewayRole; until: number } {
    const { brokerHosts, roles, sessionSeconds } = this.options;
    const { region } = roles;
    const iam = mechanism === 'AWS_MSK_IAM';
    const nowMs = Date.now();
    const { role, expiresAtMs } = verifyLogin(iam ? readMskIam(bytes) : readOauthBearer(bytes), {
      region,
      hosts: iam ? brokerHosts : hostsForOauthBearer(region),
      nowMs,
      find: (accessKeyId) => roles.find(accessKeyId),
    });
    const who = { accessKeyId: role.accessKeyId, roleArn: role.arn };
    if (!role.mayConnect) throw new GatewayRefusal('connect_not_granted', notGranted(role, 'connect'), who);
    const session = role.sessionArn ?? role.arn;
    if (this.#session !== undefined && this.#session !== session) {
      throw new GatewayRefusal('identity_changed', 'the client logs in again with another identity', who);
    }
    // Rounded down to seconds: a session ends a little early rather than late.
    const endsAtMs = Math.min(expiresAtMs, nowMs + (sessionSeconds ?? Infinity) * 1_000);
    const until = Math.floor(endsAtMs / 1_000);
    if (until * 1_000 <= nowMs) throw new GatewayRefusal('expired', 'the token expires in less than a second', who);
    this.#session = session;
    this.#accessKeyId = role.accessKeyId;
    return { role, until };
  }

  #onAnswer(answer: Buffer, head: RequestHead, mechanism: Mechanism): Buffer | undefined {
    const { errorCode, message, bytes, with: withBytes } = readAuthenticateAnswer(answer, head);
    // Out of turn again: Kafka answers, and the client's identity does not change.
    if (errorCode === saslErrors.illegalState) return undefined;
    // Kafka reports an invalid token in the bytes at first.
    if (errorCode !== 0 || bytes.length > 0) {
      const said = `${errorCode} ${message ?? bytes.toString('utf8')}`.slice(0, 300);
      throw new GatewayRefusal('refused_by_kafka', `the broker refuses the token of this gateway: ${said}`);
    }
    this.#done = true;
    this.onLogin();
    return mechanism === 'AWS_MSK_IAM' ? withBytes(mskIamAnswer(randomUUID())) : undefined;
  }
}
