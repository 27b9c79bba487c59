import { signatureOf } from '../../../../rehearsal/gateway/login/sigv4.js';
import { REGION, type Credentials } from './world.js';

/** A presigned URL as AWS's signers create it, with changes before or after signing. */
export interface Forgery {
  host?: string;
  service?: string;
  region?: string;
  /** @default now */
  at?: Date;
  /** Changed before signing: the signature is correct for them. `undefined` leaves one out. */
  parameters?: Record<string, string | undefined>;
  /** Appended to the query unchanged, after signing. */
  appended?: string;
  /** Changed after signing. */
  edit?: (url: string) => string;
}

export function presigned(credentials: Credentials, forgery: Forgery = {}): string {
  const { host = `kafka.${REGION}.amazonaws.com`, service = 'kafka-cluster', at = new Date() } = forgery;
  const signedRegion = forgery.region ?? REGION;
  const date = at.toISOString().replace(/[-:]|\.\d+/g, '');
  const all: Record<string, string | undefined> = {
    Action: 'kafka-cluster:Connect',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${credentials.accessKeyId}/${date.slice(0, 8)}/${signedRegion}/${service}/aws4_request`,
    'X-Amz-Date': date,
    'X-Amz-Expires': '900',
    'X-Amz-Security-Token': credentials.sessionToken,
    'X-Amz-SignedHeaders': 'host',
    ...forgery.parameters,
  };
  const parameters = new Map(Object.entries(all).flatMap(([k, v]) => (v === undefined ? [] : [[k, v] as const])));
  const signature = signatureOf({ host, parameters, date, region: signedRegion, service }, credentials.secretAccessKey);
  const query = [...parameters, ['X-Amz-Signature', signature] as const]
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  const url = `https://${host}/?${query}&User-Agent=forged${forgery.appended ?? ''}`;
  return forgery.edit?.(url) ?? url;
}

export function tokenOf(url: string): string {
  return Buffer.from(url).toString('base64url');
}

/** The first message of OAUTHBEARER. */
export function bearer(token: string): Buffer {
  return Buffer.from(`n,,\u0001auth=Bearer ${token}\u0001\u0001`);
}

/** A token, wrapped for the mechanism. */
export function forged(credentials: Credentials, forgery?: Forgery): Buffer {
  return bearer(tokenOf(presigned(credentials, forgery)));
}
