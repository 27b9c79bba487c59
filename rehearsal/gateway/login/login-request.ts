import { GatewayRefusal } from '../refusal.js';

/** What a client presents to log in: the host and the query of a presigned URL, from either mechanism. */
export interface LoginRequest {
  host: string;
  /** Decoded; each name once. */
  parameters: ReadonlyMap<string, string>;
}

/** The only parameters that are accepted. A client's `User-Agent` is added after signing, and is ignored. */
const known = new Set([
  'Action',
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-Security-Token',
  'X-Amz-SignedHeaders',
  'X-Amz-Signature',
]);
const UNSIGNED = 'User-Agent';

/**
 * The first message of OAUTHBEARER (RFC 7628): `n,,^Aauth=Bearer TOKEN^A^A`, where the token is the presigned URL in
 * base64url. An identity to act as, and extensions other than Kafka's empty ones, are refused because the gateway
 * does not read them.
 */
export function readOauthBearer(bytes: Buffer): LoginRequest {
  const match = /^n,,\x01auth=Bearer ([A-Za-z0-9_-]+)={0,2}\x01\x01$/.exec(bytes.toString('latin1'));
  const token = match?.[1];
  if (token === undefined) {
    throw new GatewayRefusal('token_malformed', describe(bytes));
  }
  return readUrl(Buffer.from(token, 'base64url').toString('utf8'));
}

function describe(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  if (text === '' || text === 'n,,\x01auth=Bearer \x01\x01') return 'the login has no token';
  if (!text.startsWith('n,,')) return 'the login names an identity to act as, or is not an OAUTHBEARER message';
  if (/^n,,\x01auth=Bearer [\w-]+\.[\w-]*\.[\w-]*\x01\x01$/.test(text)) {
    return 'the token is a JWS that the client created; Amazon MSK accepts only presigned URLs';
  }
  return 'the login must be one OAUTHBEARER message that contains only a base64url token';
}

/** `https://HOST/?QUERY`; Java's signer omits the slash. */
function readUrl(url: string): LoginRequest {
  const match = /^https:\/\/([A-Za-z0-9.-]+)\/?\?([^#\s]*)$/.exec(url);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new GatewayRefusal('token_malformed', 'the token is not a presigned https URL in base64url, or was cut off');
  }
  const parameters = new Map<string, string>();
  let agents = 0;
  for (const part of match[2].split('&')) {
    const equals = part.indexOf('=');
    const name = decode(equals === -1 ? part : part.slice(0, equals));
    if (name === UNSIGNED) {
      if (++agents > 1) throw new GatewayRefusal('parameter_repeated', `the parameter ${UNSIGNED} appears twice`);
    } else {
      add(parameters, name, equals === -1 ? '' : decode(part.slice(equals + 1)));
    }
  }
  return { host: match[1], parameters };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new GatewayRefusal('token_malformed', 'the token’s URL has an invalid escape sequence');
  }
}

function add(parameters: Map<string, string>, name: string, value: string): void {
  if (!known.has(name)) throw new GatewayRefusal('parameter_unknown', 'the token has an unknown parameter');
  if (parameters.has(name)) throw new GatewayRefusal('parameter_repeated', `the parameter ${name} appears twice`);
  parameters.set(name, value);
}

const JSON_VERSION = '2020_10_22';

/** The message of AWS_MSK_IAM: the same parameters as one flat JSON object, signed for the broker's host. */
export function readMskIam(bytes: Buffer): LoginRequest {
  const text = bytes.toString('utf8');
  const fields = flatObject(text);
  if (fields === undefined) {
    throw new GatewayRefusal('token_malformed', 'the login is not one flat JSON object of strings, each named once');
  }
  const { version, host, 'user-agent': _agent, ...signed } = fields;
  if (version !== JSON_VERSION)
    throw new GatewayRefusal('token_malformed', `the login’s version is not ${JSON_VERSION}`);
  if (host === undefined) throw new GatewayRefusal('parameter_missing', 'the login names no host');
  const parameters = new Map<string, string>();
  for (const [name, value] of Object.entries(signed)) add(parameters, queryName(name), value);
  return { host, parameters };
}

/** The answer to a successful AWS_MSK_IAM login. */
export function mskIamAnswer(requestId: string): Buffer {
  return Buffer.from(JSON.stringify({ version: JSON_VERSION, 'request-id': requestId }));
}

function queryName(jsonName: string): string {
  return [...known].find((name) => name.toLowerCase() === jsonName) ?? '';
}

function flatObject(text: string): Record<string, string> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  if (!entries.every(([, member]) => typeof member === 'string')) return undefined;
  // A repeated name is lost when JSON is parsed. In the text, each member is two strings.
  const strings = text.match(/"(?:[^"\\]|\\.)*"/gs)?.length ?? 0;
  return strings === 2 * entries.length ? (value as Record<string, string>) : undefined;
}
