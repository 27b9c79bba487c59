import { pubsub_error } from '../../base/error.js';
import type { delivery } from './delivery.js';
import type { FrameSource, Handed } from './frame-source.js';

/**
 * The frames of a subscriber, in the order of their arrival. Bounded: while no reader takes frames, fetching pauses.
 */
export interface frame_queue<T> extends AsyncIterable<T> {
  /** Frames that wait to be taken. */
  readonly size: number;
  /**
   * The next frame.
   *
   * @throws pubsub_error `aborted` by the signal, `disposed` if the subscriber is disposed, or the error that ended it
   */
  get(signal?: AbortSignal): Promise<T>;
}

/** What happens to a frame when its reader takes the next one, or stops. */
export interface ReaderHooks<F, H> {
  /** The reader has taken the next frame. */
  taken(handed: Handed<F, H>): void;
}

/** A `frame_queue` over a source. `view` converts a delivery to the value for readers. */
export class SourceQueue<F, H, T> implements frame_queue<T> {
  readonly #source: FrameSource<F, H>;
  readonly #view: (handed: Handed<F, H>) => T;
  readonly #hooks: ReaderHooks<F, H> | undefined;
  #held: Handed<F, H> | undefined;

  constructor(source: FrameSource<F, H>, view: (handed: Handed<F, H>) => T, hooks?: ReaderHooks<F, H>) {
    this.#source = source;
    this.#view = view;
    this.#hooks = hooks;
  }

  get size(): number {
    return this.#source.size;
  }

  async get(signal?: AbortSignal): Promise<T> {
    this.#release();
    const handed = await this.#source.next(signal);
    if (handed === undefined) throw new pubsub_error('disposed', 'receive', 'this subscriber is disposed');
    this.#held = handed;
    return this.#view(handed);
  }

  /** Each loop holds its own frame: `break` or `throw` does not acknowledge its last frame. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      const handed = await this.#source.next();
      if (handed === undefined) return;
      yield this.#view(handed);
      // Reached only if the reader asks for the next frame.
      this.#hooks?.taken(handed);
    }
  }

  #release(): void {
    if (this.#held !== undefined) this.#hooks?.taken(this.#held);
    this.#held = undefined;
  }
}

/** The value for a plain reader: only the frame. */
export function frameOf<F>({ frame }: delivery<F>): F {
  return frame;
}

/** The value for a reader of deliveries: everything except the handle. */
export function deliveryOf<F>(handed: delivery<F>): delivery<F> {
  const { frame, position, key, headers, received_at_ms, max_age_ms } = handed;
  return { frame, position, key, headers, received_at_ms, max_age_ms };
}
