import type { pubsub_error } from '../../base/error.js';
import type { Companion } from '../subscriber/subscription.js';

// Public names: a publisher is a companion, too.
/* eslint-disable @typescript-eslint/naming-convention */
/** What a requester needs besides its membership: its requests can be sent, and it owns a partition for the replies. */
export class SendsAndPartitions implements Companion {
  readonly #sends: Companion;
  readonly #lack: () => pubsub_error | undefined;

  /** @param lack the error of a member that owns no partition; undefined if it does */
  constructor(sends: Companion, lack: () => pubsub_error | undefined) {
    this.#sends = sends;
    this.#lack = lack;
  }

  is_connected(): boolean {
    return this.#sends.is_connected() && this.#lack() === undefined;
  }

  get last_error(): pubsub_error | undefined {
    return this.#sends.last_error ?? this.#lack();
  }
}
