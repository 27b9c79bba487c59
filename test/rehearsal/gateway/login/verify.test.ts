import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readMskIam, readOauthBearer } from '../../../../rehearsal/gateway/login/login-request.js';
import { hostsForOauthBearer } from '../../../../rehearsal/gateway/login/login.js';
import { GatewayRefusal } from '../../../../rehearsal/gateway/refusal.js';
import { Roles, type GatewayRole } from '../../../../rehearsal/gateway/login/roles.js';
import { verifyLogin, type VerifyContext } from '../../../../rehearsal/gateway/login/verify.js';
import { bearer, forged, presigned, tokenOf, type Forgery } from '../support/forge.js';
import { awsToken, newRole, REGION, type Credentials } from '../support/world.js';
import vectors from './signer-vectors.json' with { type: 'json' };

const ann = newRole('ann');
const bob = newRole('bob');

function context(roles: readonly GatewayRole[], changes: Partial<VerifyContext> = {}): VerifyContext {
  const known = new Roles(roles, REGION);
  return {
    region: REGION,
    hosts: [`kafka.${REGION}.amazonaws.com`],
    nowMs: Date.now(),
    find: (key) => known.find(key),
    ...changes,
  };
}

function refusalOf(message: Buffer, changes: Partial<VerifyContext> = {}, read = readOauthBearer): GatewayRefusal {
  try {
    verifyLogin(read(message), context([ann, bob], changes));
  } catch (error) {
    if (error instanceof GatewayRefusal) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

const refused = (forgery: Forgery, credentials: Credentials = ann): string =>
  refusalOf(forged(credentials, forgery)).reason;

describe('signatures', () => {
  test('every signature of AWS’s own signer is accepted, and no other', async () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme-ascii' }).filter((s) => s.trim() === s);
    await fc.assert(
      fc.asyncProperty(text, fc.option(text, { nil: undefined }), async (secretAccessKey, sessionToken) => {
        const role: GatewayRole = { ...ann, secretAccessKey };
        delete role.sessionToken;
        if (sessionToken !== undefined) role.sessionToken = sessionToken;
        const request = readOauthBearer(bearer(await awsToken(role)));
        expect(verifyLogin(request, context([role])).role).toBe(role);
        expect(() => verifyLogin(request, context([{ ...role, secretAccessKey: `${secretAccessKey}x` }]))).toThrow(
          'the signature is not of this request',
        );
      }),
      { numRuns: 60 },
    );
  });

  test.each(vectors)('a login that $made_by created is verified', (vector) => {
    const { accessKeyId, secretAccessKey, sessionToken } = vector.credentials;
    const role = { ...ann, accessKeyId, secretAccessKey, sessionToken };
    const read = vector.mechanism === 'AWS_MSK_IAM' ? readMskIam : readOauthBearer;
    const message = Buffer.from(vector.message, 'base64');
    const found = verifyLogin(
      read(message),
      context([role], { nowMs: Date.parse(vector.at), region: vector.region, hosts: [vector.host] }),
    );
    expect(found.role).toBe(role);
    expect(found.expiresAtMs).toBeGreaterThan(Date.parse(vector.at));
  });

  test.each([
    ['eu-west-1', 'kafka.eu-west-1.amazonaws.com'],
    ['cn-north-1', 'kafka.cn-north-1.amazonaws.com'],
    ['cn-north-1', 'kafka.cn-north-1.amazonaws.com.cn'],
    ['eusc-de-east-1', 'kafka.eusc-de-east-1.amazonaws.eu'],
  ])('in %s, a token for %s is accepted', (region, host) => {
    const request = readOauthBearer(forged(ann, { region, host }));
    expect(verifyLogin(request, context([ann], { region, hosts: hostsForOauthBearer(region) })).role).toBe(ann);
  });

  test('a token expires its lifetime after it was signed', () => {
    const at = new Date('2026-11-24T10:00:00Z');
    const request = readOauthBearer(forged(ann, { at, parameters: { 'X-Amz-Expires': '123.456' } }));
    const verified = verifyLogin(request, context([ann], { nowMs: at.getTime() }));
    expect(verified.expiresAtMs - at.getTime()).toBe(123_456);
  });
});

describe('refused although the signature is correct:', () => {
  test.each([
    ['another action', { parameters: { Action: 'kafka-cluster:DescribeCluster' } }, 'action_wrong'],
    ['no action', { parameters: { Action: undefined } }, 'parameter_missing'],
    ['another service', { service: 'kafka' }, 'service_wrong'],
    ['another region', { region: 'eu-central-1', host: `kafka.${REGION}.amazonaws.com` }, 'region_wrong'],
    ['another host', { host: 'kafka.eu-central-1.amazonaws.com' }, 'host_wrong'],
    ['another algorithm', { parameters: { 'X-Amz-Algorithm': 'AWS4-ECDSA-P256-SHA256' } }, 'algorithm_wrong'],
    ['other signed headers', { parameters: { 'X-Amz-SignedHeaders': 'host;x-amz-date' } }, 'signed_headers_wrong'],
    ['a lifetime that is too long', { parameters: { 'X-Amz-Expires': '901' } }, 'expires_wrong'],
    ['a negative lifetime', { parameters: { 'X-Amz-Expires': '-5' } }, 'expires_wrong'],
    ['a lifetime that is not a number', { parameters: { 'X-Amz-Expires': '0x384' } }, 'expires_wrong'],
    ['an expired token', { at: new Date(Date.now() - 901_000) }, 'expired'],
    ['a token from tomorrow', { at: new Date(Date.now() + 86_400_000) }, 'date_wrong'],
    ['a date that is not valid', { parameters: { 'X-Amz-Date': '20261399T250000Z' } }, 'date_wrong'],
    ['another’s session token', { parameters: { 'X-Amz-Security-Token': bob.sessionToken } }, 'session_token_wrong'],
    ['no session token', { parameters: { 'X-Amz-Security-Token': undefined } }, 'session_token_wrong'],
    ['a signed parameter that no signer creates', { parameters: { 'X-Amz-Other': 'x' } }, 'parameter_unknown'],
    ['an empty scope', { parameters: { 'X-Amz-Credential': 'x' } }, 'token_malformed'],
  ] satisfies [string, Forgery, string][])('%s', (_name, forgery, reason) => {
    expect(refused(forgery)).toBe(reason);
  });
});

describe('refused tokens:', () => {
  test.each([
    ['a signature with another secret', {}, { ...ann, secretAccessKey: bob.secretAccessKey }, 'signature_wrong'],
    ['an unknown key', {}, { ...ann, accessKeyId: 'constructor', secretAccessKey: 'undefined' }, 'key_unknown'],
    [
      'a changed signature',
      { edit: (url: string) => url.replace(/Signature=./, 'Signature=z') },
      ann,
      'signature_wrong',
    ],
    [
      'another’s key id',
      { edit: (url: string) => url.replace(ann.accessKeyId, bob.accessKeyId) },
      ann,
      'session_token_wrong',
    ],
    ['another lifetime', { edit: (url: string) => url.replace('Expires=900', 'Expires=899') }, ann, 'signature_wrong'],
    ['no signature', { edit: (url: string) => url.replace(/&X-Amz-Signature=\w+/, '') }, ann, 'parameter_missing'],
    ['a parameter twice', { appended: '&X-Amz-Expires=900' }, ann, 'parameter_repeated'],
    ['a parameter twice, its name escaped', { appended: '&X%2DAmz-Expires=900' }, ann, 'parameter_repeated'],
    ['the unsigned parameter twice', { appended: '&User-Agent=again' }, ann, 'parameter_repeated'],
    ['an unknown parameter', { appended: '&x-amz-date=20261124T100000Z' }, ann, 'parameter_unknown'],
    ['a nameless parameter', { appended: '&' }, ann, 'parameter_unknown'],
    ['a bad escape', { edit: (url: string) => url.replace('Action=', 'Action=%zz') }, ann, 'token_malformed'],
    ['another scheme', { edit: (url: string) => url.replace('https', 'http') }, ann, 'token_malformed'],
    ['a path', { edit: (url: string) => url.replace('/?', '/other?') }, ann, 'token_malformed'],
    ['a port', { edit: (url: string) => url.replace('/?', ':443/?') }, ann, 'token_malformed'],
    ['a fragment', { appended: '#there' }, ann, 'token_malformed'],
  ] satisfies [string, Forgery, Credentials, string][])('%s', (_name, forgery, credentials, reason) => {
    expect(refused(forgery, credentials)).toBe(reason);
  });

  test('a token that was cut off anywhere', () => {
    const whole = forged(ann);
    for (let length = 0; length < whole.length; length++) refusalOf(whole.subarray(0, length));
    const url = presigned(ann);
    const end = url.indexOf('&User-Agent');
    for (let length = 0; length < end; length++) refusalOf(bearer(tokenOf(url.slice(0, length))));
  });

  test.each([
    ['no token', bearer('')],
    ['nothing', Buffer.alloc(0)],
    ['an identity to act as', Buffer.from(`n,a=admin,\u0001auth=Bearer ${tokenOf(presigned(ann))}\u0001\u0001`)],
    ['two tokens', Buffer.from(`n,,\u0001auth=Bearer a\u0001auth=Bearer ${tokenOf(presigned(ann))}\u0001\u0001`)],
    ['an extension', Buffer.from(`n,,\u0001auth=Bearer ${tokenOf(presigned(ann))}\u0001k=v\u0001\u0001`)],
    ['a JWS of the client', bearer('eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.')],
    ['a user and a password', Buffer.from('\0ann\0secret')],
    ['bytes', Buffer.from([0xff, 0xfe, 0x00])],
  ])('%s', (_name, message) => {
    expect(refusalOf(message).reason).toBe('token_malformed');
  });

  test('any change of one character of a good token', () => {
    const good = tokenOf(presigned(ann).replace('&User-Agent=forged', ''));
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.constantFrom('A', 'Z', 'a', 'z', '0', '9', '-', '_'), (at, character) => {
        fc.pre(good[at] !== character);
        const changed = `${good.slice(0, at)}${character}${good.slice(at + 1)}`;
        // Some changes do not change the meaning: unused bits of base64, lower-case digits of an escape.
        fc.pre(meaningOf(changed) !== meaningOf(good));
        expect(refusalOf(bearer(changed))).toBeInstanceOf(GatewayRefusal);
      }),
      { numRuns: 2_000 },
    );
  });
});

function meaningOf(token: string): string {
  const url = Buffer.from(token, 'base64url').toString('latin1');
  return url.replace(/%[0-9a-f]{2}/gi, (escape) => escape.toUpperCase());
}

describe('AWS_MSK_IAM', () => {
  const host = 'localhost';
  const hosts = ['127.0.0.1', host];
  const fields = (forgery: Forgery = {}): Record<string, string> => {
    const query = new URL(presigned(ann, { host, ...forgery })).searchParams;
    query.delete('User-Agent');
    const lower = [...query].map(([name, value]) => [name.toLowerCase(), value]);
    return { version: '2020_10_22', host, 'user-agent': 'test', ...(Object.fromEntries(lower) as object) };
  };
  const message = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

  test('the same as one JSON object, signed for the broker’s host', () => {
    expect(verifyLogin(readMskIam(message(fields())), context([ann], { hosts })).role).toBe(ann);
  });

  test.each([
    ['another host', message(fields({ host: 'broker.example.com' })), 'signature_wrong'],
    ['another host, and says so', message({ ...fields({ host: 'example.com' }), host: 'example.com' }), 'host_wrong'],
    ['another version', message({ ...fields(), version: '2021_01_01' }), 'token_malformed'],
    ['no host', message({ ...fields(), host: undefined }), 'parameter_missing'],
    ['an unknown field', message({ ...fields(), other: 'x' }), 'parameter_unknown'],
    ['a number', message({ ...fields(), 'x-amz-expires': 900 }), 'token_malformed'],
    ['a field twice', Buffer.from(JSON.stringify(fields()).replace('{', '{"x-amz-expires":"1",')), 'token_malformed'],
    ['a list', message([fields()]), 'token_malformed'],
    ['text that is not JSON', Buffer.from('{'), 'token_malformed'],
    ['null', message(null), 'token_malformed'],
  ])('refused: %s', (_name, bytes, reason) => {
    expect(refusalOf(bytes, { hosts }, readMskIam).reason).toBe(reason);
  });
});

test('no refusal contains a secret, a session token, a signature or a token', () => {
  const secrets = [ann.secretAccessKey, bob.secretAccessKey, ann.sessionToken!, bob.sessionToken!];
  const forgeries: Forgery[] = [
    { parameters: { 'X-Amz-Credential': `${ann.secretAccessKey}/20261124/${REGION}/kafka-cluster/aws4_request` } },
    { parameters: { Action: ann.secretAccessKey } },
    { appended: `&${ann.sessionToken}=1` },
    { service: ann.secretAccessKey },
    { host: 'secret.example.com', region: ann.secretAccessKey },
    {},
  ];
  for (const forgery of forgeries) {
    const message = forged({ ...ann, secretAccessKey: bob.secretAccessKey }, forgery);
    const { message: sentence, who } = refusalOf(message);
    const said = `${sentence} ${JSON.stringify(who)}`;
    for (const secret of [...secrets, 'secret.example.com']) expect(said).not.toContain(secret);
    expect(said).not.toMatch(/[0-9a-f]{64}/);
  }
});
