import { createHash, createHmac } from 'node:crypto';

/**
 * Replaces, in a function's bundle, a SHA-256 in JavaScript for browsers that signs the tokens: Node has one.
 */
export class Sha256 {
  constructor(secret) {
    this.secret = secret;
    this.reset();
  }

  update(data) {
    this.hash.update(data);
  }

  digest() {
    return Promise.resolve(new Uint8Array(this.hash.digest()));
  }

  reset() {
    this.hash = this.secret === undefined ? createHash('sha256') : createHmac('sha256', this.secret);
  }
}
