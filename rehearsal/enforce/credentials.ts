import { randomBytes, randomInt } from 'node:crypto';
import type { GatewayRole } from '../gateway/index.js';

/** As AWS's temporary ones look, and good for nothing but the gateway that they are made for. */
export function newCredentials(): Pick<GatewayRole, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'> {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const id = Array.from({ length: 16 }, () => letters[randomInt(letters.length)]).join('');
  return {
    accessKeyId: `ASIA${id}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(96).toString('base64'),
  };
}
