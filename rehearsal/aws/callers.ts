import type { IncomingHttpHeaders } from 'node:http';
import { AwsErrorAnswer } from './aws-refusal.js';

/** A principal with credentials. */
export interface Caller {
  readonly accessKeyId: string;
  /** The principal in error messages. */
  readonly arn: string;
  /** @default false */
  readonly expired?: boolean | undefined;
  /** Actions that are denied. @default none */
  readonly denied?: readonly string[] | undefined;
}

/** What a signature contains. */
export interface Signed {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

/**
 * Reads the scope of a Signature Version 4 signature. The signature itself is not checked, because this is a loopback
 * port.
 */
export function signedBy({ authorization }: IncomingHttpHeaders): Signed | undefined {
  const scope = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request,/.exec(
    authorization ?? '',
  );
  if (scope === null) return undefined;
  const [, accessKeyId = '', region = '', service = ''] = scope;
  return { accessKeyId, region, service };
}

/** Codes and messages differ between Query services and the others. */
const words = {
  missing: ['MissingAuthenticationToken', 'MissingAuthenticationTokenException', 'Missing Authentication Token'],
  unknown: [
    'InvalidClientTokenId',
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
  ],
  expired: ['ExpiredToken', 'ExpiredTokenException', 'The security token included in the request is expired'],
} as const;

function refusal(query: boolean, kind: keyof typeof words): AwsErrorAnswer {
  const [ofQuery, ofOthers, message] = words[kind];
  return new AwsErrorAnswer(query ? ofQuery : ofOthers, 403, message);
}

/**
 * Authenticates a caller.
 *
 * @param callers undefined: any caller with credentials
 * @throws AwsErrorAnswer for a request without credentials, with unknown credentials, or with expired ones
 */
export function letIn(signed: Signed | undefined, callers: readonly Caller[] | undefined, query: boolean): Caller {
  if (signed === undefined) throw refusal(query, 'missing');
  const { accessKeyId } = signed;
  const anyone: Caller = { accessKeyId, arn: `arn:aws:iam::111122223333:user/${accessKeyId}` };
  const caller = callers === undefined ? anyone : callers.find((known) => known.accessKeyId === accessKeyId);
  if (caller === undefined) throw refusal(query, 'unknown');
  if (caller.expired === true) throw refusal(query, 'expired');
  return caller;
}

/** The account of the caller, for names that do not exist. */
export function accountOf({ arn }: Caller): string {
  return arn.split(':')[4] ?? '';
}

/** @throws AwsErrorAnswer if the action is denied to the caller */
export function mayDo({ denied = [], arn }: Caller, action: string, resource: string, query = false): void {
  if (!denied.includes(action)) return;
  throw new AwsErrorAnswer(
    query ? 'AccessDenied' : 'AccessDeniedException',
    403,
    `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  );
}
