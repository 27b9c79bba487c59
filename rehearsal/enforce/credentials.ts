import { randomBytes, randomInt } from 'node:crypto';
import type { GatewayRole } from '../gateway/index.js';

/** Credentials that look like AWS's temporary ones. Only the gateway that they are created for accepts them. */
export function newCredentials(): Pick<GatewayRole, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'> {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const id = Array.from({ length: 16 }, () => letters[randomInt(letters.length)]).join('');
  return {
    accessKeyId: `ASIA${id}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(96).toString('base64'),
  };
}
