import type { pubsub_error } from '../../base/error.js';
import type { DeadLetterRetries } from './dead-letter-retries.js';
import type { Companion } from '../subscriber/subscription.js';

// Public names: a publisher is a companion, too.
/* eslint-disable @typescript-eslint/naming-convention */
/** What a worker sends: its frames wait for the dead-letter topic as they wait for their replies. */
export class RepliesAndLetters implements Companion {
  readonly #replies: Companion;
  readonly #letters: Pick<DeadLetterRetries<never>, 'problem' | 'lastError'>;

  constructor(replies: Companion, letters: Pick<DeadLetterRetries<never>, 'problem' | 'lastError'>) {
    this.#replies = replies;
    this.#letters = letters;
  }

  is_connected(): boolean {
    return this.#replies.is_connected() && this.#letters.problem === undefined;
  }

  get last_error(): pubsub_error | undefined {
    return this.#replies.last_error ?? this.#letters.lastError;
  }
}
