import { onAbort } from '../src/base/abort.js';
import type { Deadline } from '../src/base/deadline.js';
import {
  handler_error,
  no_reply,
  pubsub_error,
  worker,
  type config,
  type frame_handler,
  type handled_event,
  type handler_context,
  type handler_result,
} from '../src/index.js';
import { describeArrivals, describeFrame } from './arrivals.js';

/** A request that a test waits for. */
export interface Wanted<F> {
  readonly matches: (frame: F) => boolean;
  readonly answer: frame_handler<F>;
}

interface Waiting<F> extends Wanted<F> {
  readonly resolve: (frame: F) => void;
  readonly reject: (reason: unknown) => void;
}

/** A request that no one waits for yet. Its handler waits with it. */
interface Held<F> {
  readonly frame: F;
  readonly text: string;
  readonly resolve: (waiting: Waiting<F>) => void;
  readonly reject: (reason: unknown) => void;
}

/** Ends the handler of a request that no one wanted: it stays in the topic, for the next stand-in. */
class Released extends Error {}

/** Longer than any test: the requester of a request gives up, not its handler. */
const HOLD_MS = 3_600_000;
const MAX_HELD = 10_000;

/** The same for settings whose workers would share their requests. */
export function standInKey<F>({ connection, topics, groups }: config<F>): string {
  return JSON.stringify([connection.brokers, topics.worker, groups.worker]);
}

/**
 * A worker that answers with what tests say. It exists while someone waits for a request. All that wait with the same
 * topic and group share it: as members of one group, each would get the requests of some partitions only.
 *
 * Requests are handled as by any worker: those of one path one after the other, and none past its deadline. What no one
 * waits for stays unanswered until someone does.
 */
export class StandIn<F> {
  static readonly #all = new Map<string, StandIn<unknown>>();

  readonly #settings: config<F>;
  readonly #waiting = new Set<Waiting<F>>();
  readonly #held = new Set<Held<F>>();
  /** The requests that are being answered. */
  readonly #given = new Map<F, Waiting<F>>();
  /** Positions of what was answered. It is delivered again if something before it was not. */
  readonly #answered = new Set<string>();
  readonly #expired: string[] = [];
  readonly #invalid: string[] = [];
  readonly #end = new AbortController();
  #users = 0;
  #worker: worker<F> | undefined;
  #connecting: Promise<void> | undefined;
  #closing: Promise<void> = Promise.resolve();

  /** The one for the worker topic and the group of these settings. */
  static of<F>(settings: config<F>): StandIn<F> {
    const key = standInKey(settings);
    const found = StandIn.#all.get(key) as StandIn<F> | undefined;
    if (found !== undefined) return found;
    const created = new StandIn(settings);
    StandIn.#all.set(key, created as unknown as StandIn<unknown>);
    return created;
  }

  /** Rejects what waits with these settings. Resolves when no stand-in is left. */
  static async endAll(keys: readonly string[]): Promise<void> {
    await Promise.all(
      keys.map(async (key) => {
        const found = StandIn.#all.get(key);
        StandIn.#all.delete(key);
        if (found === undefined) return;
        found.#end.abort();
        await found.#close();
      }),
    );
  }

  private constructor(settings: config<F>) {
    this.#settings = settings;
  }

  /**
   * Waits for a request, and answers it.
   *
   * @param what continues "timed out after … ms waiting for"
   * @returns the request, when the brokers have acknowledged the reply
   */
  async take(wanted: Wanted<F>, deadline: Deadline, what: string): Promise<F> {
    const subject = { stage: 'receive', what } as const;
    let drop = (): void => undefined;
    let forget = drop;
    const taken = new Promise<F>((resolve, reject) => {
      const waiting = { ...wanted, resolve, reject };
      drop = () => this.#waiting.delete(waiting);
      this.#want(waiting);
    });
    taken.catch(() => undefined);
    this.#users += 1;
    try {
      const ended = new Promise<never>((_, reject) => {
        forget = onAbort(this.#end.signal, () => reject(stopped(what)));
      });
      ended.catch(() => undefined);
      await deadline.race(Promise.race([this.#connected(), taken, ended]), subject);
      return await deadline.race(Promise.race([taken, ended]), subject);
    } catch (error) {
      throw this.#explained(error);
    } finally {
      drop();
      forget();
      this.#users -= 1;
      if (this.#users === 0) await this.#close();
    }
  }

  #explained(error: unknown): unknown {
    if (!pubsub_error.is(error) || error.code !== 'deadline_exceeded' || error.stage !== 'receive') return error;
    const { topics } = this.#settings;
    const { sentence, hint } = describeArrivals(topics.worker, {
      isConnected: this.#worker?.is_connected() ?? false,
      held: [...this.#held].map(({ text }) => text),
      expired: this.#expired,
      invalid: this.#invalid,
      answered: this.#answered.size,
    });
    const details = { ...error.details, topic: topics.worker };
    return new pubsub_error(error.code, error.stage, `${error.raw_message}: ${sentence}`, { hint, details });
  }

  #connected(): Promise<void> {
    this.#connecting ??= this.#connect();
    return this.#connecting;
  }

  async #connect(): Promise<void> {
    // Beside a member that has not left yet, a new one gets some of the partitions only.
    await this.#closing;
    const settings = this.#settings.with({
      topics: { dead_letter: undefined },
      consumer: { fetch_max_wait_ms: 50 },
      worker: {
        start: 'earliest',
        concurrency: MAX_HELD,
        max_unacknowledged_frames: MAX_HELD,
        handler_timeout_ms: HOLD_MS,
        abort_at_deadline: false,
        // A request that is released waits for an attempt that never comes, and so it is not acknowledged.
        retry_attempts: 2,
        retry_order: 'path_waits',
      },
    });
    const answering = worker.create(settings, (frame, context) => this.#handle(frame, context), {
      on_handled: (event) => this.#handled(event),
      on_bad_record: ({ position, reason }) =>
        void this.#invalid.push(`partition ${position.partition}, offset ${position.offset}: ${reason}`),
    });
    this.#worker = answering;
    await answering.connect({ fail_fast: true });
  }

  /** Leaves the group. */
  #close(): Promise<void> {
    const answering = this.#worker;
    if (answering === undefined) return this.#closing;
    this.#worker = undefined;
    this.#connecting = undefined;
    this.#closing = answering.dispose();
    for (const { reject } of this.#held) reject(new Released());
    this.#held.clear();
    return this.#closing;
  }

  #want(waiting: Waiting<F>): void {
    for (const held of this.#held) {
      if (!this.#fits(waiting, held.frame)) continue;
      this.#held.delete(held);
      held.resolve(waiting);
      return;
    }
    this.#waiting.add(waiting);
  }

  async #handle(frame: F, context: handler_context): Promise<Awaited<handler_result<F>>> {
    const place = `${context.position.partition}:${context.position.offset}`;
    if (this.#answered.has(place)) return no_reply;
    const waiting = this.#firstFor(frame) ?? (await this.#hold(frame, context));
    this.#answered.add(place);
    this.#given.set(frame, waiting);
    try {
      return await waiting.answer(frame, context);
    } catch (error) {
      if (handler_error.is(error)) throw error;
      waiting.reject(error);
      const { code, raw_message } = pubsub_error.from(error, 'handle');
      throw new handler_error(code, `expect_request failed, and its test has the error: ${raw_message}`);
    }
  }

  #firstFor(frame: F): Waiting<F> | undefined {
    for (const waiting of this.#waiting) {
      if (!this.#fits(waiting, frame)) continue;
      this.#waiting.delete(waiting);
      return waiting;
    }
    return undefined;
  }

  #fits(waiting: Waiting<F>, frame: F): boolean {
    try {
      return waiting.matches(frame);
    } catch (error) {
      this.#waiting.delete(waiting);
      waiting.reject(error);
      return false;
    }
  }

  #hold(frame: F, { path }: handler_context): Promise<Waiting<F>> {
    return new Promise((resolve, reject) =>
      this.#held.add({ frame, text: describeFrame(frame, path), resolve, reject }),
    );
  }

  #handled({ kind, delivery, error }: handled_event<F>): void {
    const { frame } = delivery;
    if (kind === 'expired') this.#expired.push(describeFrame(frame, undefined));
    const waiting = this.#given.get(frame);
    this.#given.delete(frame);
    if (waiting === undefined) return;
    // An error reply was chosen by the test.
    if (kind === 'handled' || handler_error.is(error)) waiting.resolve(frame);
    else waiting.reject(pubsub_error.is(error?.cause) ? error.cause : error);
  }
}

function stopped(what: string): pubsub_error {
  return new pubsub_error('disposed', 'receive', `the Kafka of the test was stopped before ${what} came`);
}
