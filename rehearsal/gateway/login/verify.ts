import { timingSafeEqual } from 'node:crypto';
import type { LoginRequest } from './login-request.js';
import { GatewayRefusal } from '../refusal.js';
import type { GatewayRole } from './roles.js';
import { signatureOf } from './sigv4.js';

/** What a login is checked against. */
export interface VerifyContext {
  region: string;
  /** Hosts that a client may have signed for. */
  hosts: readonly string[];
  /** Wall clock, milliseconds. */
  nowMs: number;
  find: (accessKeyId: string) => GatewayRole | undefined;
}

export interface VerifiedLogin {
  role: GatewayRole;
  /** When the token ends, wall clock, milliseconds. */
  expiresAtMs: number;
}

const SERVICE = 'kafka-cluster';
const ACTION = 'kafka-cluster:Connect';
/** The lifetime that AWS's signers give a token, and the longest that Amazon MSK accepts. */
const LONGEST_SECONDS = 900;
/** The clock difference that AWS allows. */
const AHEAD_MS = 5 * 60_000;

/** @throws GatewayRefusal */
export function verifyLogin(request: LoginRequest, context: VerifyContext): VerifiedLogin {
  const { parameters, host } = request;
  const value = (name: string): string => {
    const found = parameters.get(name);
    if (found === undefined)
      throw new GatewayRefusal('parameter_missing', `the token has no ${name}, so it is not signed`);
    return found;
  };
  const require = (wanted: string, name: string, reason: ConstructorParameters<typeof GatewayRefusal>[0]): void => {
    if (value(name) !== wanted) throw new GatewayRefusal(reason, `${name} is not ${wanted}`);
  };
  require('AWS4-HMAC-SHA256', 'X-Amz-Algorithm', 'algorithm_wrong');
  require(ACTION, 'Action', 'action_wrong');
  require('host', 'X-Amz-SignedHeaders', 'signed_headers_wrong');
  const date = value('X-Amz-Date');
  const scope = credentialScope(value('X-Amz-Credential'), date);
  const who = { ...(showable(scope.accessKeyId) ? { accessKeyId: scope.accessKeyId } : {}) };
  const refuse = (reason: ConstructorParameters<typeof GatewayRefusal>[0], sentence: string): never => {
    throw new GatewayRefusal(reason, sentence, who);
  };
  if (scope.service !== SERVICE) refuse('service_wrong', `the token is not for the service ${SERVICE}`);
  if (scope.region !== context.region) {
    refuse('region_wrong', `the token is not for the region ${context.region}`);
  }
  if (!context.hosts.includes(host)) {
    refuse('host_wrong', `the token is not for the host ${context.hosts.join(' or ')}`);
  }
  const role = context.find(scope.accessKeyId);
  if (role === undefined) return refuse('key_unknown', 'the access key id is unknown');
  const { sessionToken } = role;
  if (!same(parameters.get('X-Amz-Security-Token') ?? '', sessionToken ?? '')) {
    refuse('session_token_wrong', 'the session token is not the one of this access key');
  }
  const signed = new Map([...parameters].filter(([name]) => name !== 'X-Amz-Signature'));
  const { region } = scope;
  const wanted = signatureOf({ host, parameters: signed, date, region, service: SERVICE }, role.secretAccessKey);
  if (!same(value('X-Amz-Signature'), wanted)) {
    refuse(
      'signature_wrong',
      'the signature is not of this request, or was not created with the secret of this access key',
    );
  }
  const expiresAtMs = validity(date, value('X-Amz-Expires'), context.nowMs, refuse);
  return { role, expiresAtMs };
}

function credentialScope(credential: string, date: string): { accessKeyId: string; region: string; service: string } {
  const [accessKeyId, day, region, service, end, ...more] = credential.split('/');
  if (!accessKeyId || !region || !service || end !== 'aws4_request' || more.length > 0) {
    throw new GatewayRefusal('token_malformed', 'X-Amz-Credential is not KEY/DAY/REGION/SERVICE/aws4_request');
  }
  if (!/^\d{8}T\d{6}Z$/.test(date) || date.slice(0, 8) !== day) {
    throw new GatewayRefusal(
      'date_wrong',
      'X-Amz-Date is not a date, or its day differs from that of X-Amz-Credential',
    );
  }
  return { accessKeyId, region, service };
}

/** @returns when the token ends */
function validity(
  date: string,
  expires: string,
  nowMs: number,
  refuse: (reason: 'date_wrong' | 'expires_wrong' | 'expired', sentence: string) => never,
): number {
  const signedAtMs = Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
  if (Number.isNaN(signedAtMs)) refuse('date_wrong', 'X-Amz-Date is not a date');
  // One of AWS's signers writes fractions when its credentials are about to expire.
  const seconds = /^\d{1,3}(\.\d{1,9})?$/.test(expires) ? Number(expires) : NaN;
  if (!(seconds > 0 && seconds <= LONGEST_SECONDS)) {
    refuse('expires_wrong', `X-Amz-Expires is not a number of seconds up to ${LONGEST_SECONDS}`);
  }
  if (signedAtMs - nowMs > AHEAD_MS) {
    refuse('date_wrong', `the token was signed ${Math.round((signedAtMs - nowMs) / 1_000)} s in the future`);
  }
  const expiresAtMs = signedAtMs + seconds * 1_000;
  if (nowMs >= expiresAtMs) refuse('expired', `the token expired ${Math.round((nowMs - expiresAtMs) / 1_000)} s ago`);
  return expiresAtMs;
}

/** Access key ids are not secrets, but another string in their place might be one. */
function showable(accessKeyId: string): boolean {
  return /^[A-Z0-9]{16,32}$/.test(accessKeyId);
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
