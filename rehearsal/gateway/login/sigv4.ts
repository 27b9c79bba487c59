import { createHash, createHmac } from 'node:crypto';

/**
 * A presigned GET without a body and with one signed header, `host`: the request that AWS's signers create for
 * `kafka-cluster:Connect`.
 */
export interface PresignedRequest {
  host: string;
  /** Decoded names and values, without `X-Amz-Signature` and what was not signed. */
  parameters: ReadonlyMap<string, string>;
  /** `X-Amz-Date`: 20261124T120000Z. */
  date: string;
  region: string;
  service: string;
}

/**
 * The signature that AWS Signature Version 4 gives to a presigned request, in hexadecimal digits.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */
export function signatureOf(request: PresignedRequest, secretAccessKey: string): string {
  const { date, region, service } = request;
  const day = date.slice(0, 8);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const stringToSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonicalRequest(request))].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<Buffer | string>(
    (previous, part) => hmac(previous, part),
    `AWS4${secretAccessKey}`,
  );
  return hmac(key, stringToSign).toString('hex');
}

function canonicalRequest({ host, parameters }: PresignedRequest): string {
  const query = [...parameters]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  return ['GET', '/', query, `host:${host}`, '', 'host', sha256('')].join('\n');
}

/** Encodes everything but the unreserved characters of RFC 3986. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest();
}
