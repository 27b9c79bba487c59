import { pubsub_error } from '../base/error.js';
import type { delivery } from './delivery.js';
import type { FrameSource, Handed } from './frame-source.js';

/** A subscriber's frames, in order, as they arrive. Bounded: while no reader takes them, fetching pauses. */
export interface frame_queue<T> extends AsyncIterable<T> {
  /** Frames that wait to be taken. */
  readonly size: number;
  /**
   * The next frame.
   *
   * @throws pubsub_error `aborted` on the signal, `disposed` when the subscriber is disposed, or the error that ended it
   */
  get(signal?: AbortSignal): Promise<T>;
}

/** What happens to a frame once its reader takes the next one, or stops without. */
export interface ReaderHooks<F, H> {
  /** The reader has taken the next frame. */
  taken(handed: Handed<F, H>): void;
}

/** `frame_queue` over a source. `view` decides what readers get of a delivery. */
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

  /** Each loop holds its own frame: leaving one by `break` or `throw` leaves its last frame as it is. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      const handed = await this.#source.next();
      if (handed === undefined) return;
      yield this.#view(handed);
      // Only a reader that asks for the next frame comes here.
      this.#hooks?.taken(handed);
    }
  }

  #release(): void {
    if (this.#held !== undefined) this.#hooks?.taken(this.#held);
    this.#held = undefined;
  }
}

/** What a plain reader gets: the frame alone. */
export function frameOf<F>({ frame }: delivery<F>): F {
  return frame;
}

/** What a reader of deliveries gets: all but the handle. */
export function deliveryOf<F>(handed: delivery<F>): delivery<F> {
  const { frame, position, key, headers, received_at_ms, max_age_ms } = handed;
  return { frame, position, key, headers, received_at_ms, max_age_ms };
}
