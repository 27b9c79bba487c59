import { createHash, createPublicKey, generateKeyPair, sign, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** Creates tokens for clients that the brokers accept, with a key that only the gateway has. */
export interface Voucher {
  /** The public key set with which brokers verify tokens, for a file. */
  readonly keySet: string;
  /** A token that says that the client of this connection is `subject`, until this second (since 1970). */
  vouch(subject: string, untilSeconds: number): string;
}

export async function newVoucher(): Promise<Voucher> {
  return voucherOf(await newKey());
}

export async function newKey(): Promise<KeyObject> {
  return (await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })).privateKey;
}

// Node’s own crypto signs: `jose` would be a dependency for one call, and the brokers do the verifying.
export function voucherOf(privateKey: KeyObject): Voucher {
  const publicKey = createPublicKey(privateKey);
  // The same key gets the same id: brokers keep the key set that they read when they started.
  const kid = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };
  const header = encode({ alg: 'RS256', typ: 'JWT', kid });
  return {
    keySet: `${JSON.stringify({ keys: [jwk] }, undefined, 2)}\n`,
    vouch: (subject, untilSeconds) => {
      const claims = encode({ sub: subject, iat: Math.floor(Date.now() / 1_000), exp: untilSeconds });
      const signed = `${header}.${claims}`;
      return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
    },
  };
}

/** The message that carries this token to a broker. */
export function oauthBearerMessage(token: string): Buffer {
  return Buffer.from(`n,,\u0001auth=Bearer ${token}\u0001\u0001`);
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
