import { randomUUID } from 'node:crypto';
import { Repeats } from '../repeats.js';
import { timesMore } from '../times-more.js';
import type { GatewayRefusal, RefusalReason } from './refusal.js';

/** One line of a gateway's log. It contains no secret and no token. */
export interface RefusalRecord {
  /** The id in the client's error: "[id]: Access denied". */
  id: string;
  reason: RefusalReason;
  /** Without a full stop. */
  sentence: string;
  /** The address of the gateway that refused. */
  gateway: string;
  /** The access key of the login, if it has one. */
  accessKeyId?: string | undefined;
  roleArn?: string | undefined;
  /** The number of repetitions since the previous line with this id; undefined: this is the first. */
  again?: number | undefined;
  /** ISO 8601. */
  at: string;
}

const DEFAULT_WINDOW_MS = 10_000;
/** The number of different refusals that are tracked at a time; further ones are not distinguished by access key. */
const MOST_SERIES = 200;

/**
 * Reports refusals. A client that is refused tries again, some clients twenty times a second. The first refusal is
 * reported at once; equal refusals within the next seconds get the same id and one line.
 */
export class RefusalLog {
  readonly #repeats: Repeats<RefusalRecord>;

  /** @param windowMs for how long equal refusals are one series; 0: each refusal is reported */
  constructor(report: (refusal: RefusalRecord) => void, windowMs = DEFAULT_WINDOW_MS) {
    this.#repeats = new Repeats<RefusalRecord>(
      (refusal, again) => report(again === 0 ? refusal : { ...refusal, again, at: new Date().toISOString() }),
      windowMs,
    );
  }

  /** @returns the id for the response */
  add({ reason, message, who }: GatewayRefusal, gateway: string): string {
    const full = [reason, gateway, who.accessKeyId, who.roleArn].join(' ');
    const crowded = !this.#repeats.has(full) && this.#repeats.size >= MOST_SERIES;
    const key = crowded ? `${reason} ${gateway} others` : full;
    return this.#repeats.add(key, () => ({
      id: randomUUID(),
      reason,
      sentence: message,
      gateway,
      ...(crowded ? {} : who),
      at: new Date().toISOString(),
    })).id;
  }

  /** Reports what has not been reported yet. */
  close(): void {
    this.#repeats.close();
  }
}

/** One line for people. */
export function describeRefusal({ id, reason, sentence, accessKeyId, roleArn, gateway, again }: RefusalRecord): string {
  const who = [accessKeyId, roleArn].filter((part) => part !== undefined).join(', ');
  const repeated = again === undefined ? '' : ` (${timesMore(again)})`;
  return `[${id}] refused${repeated}: ${sentence} (${reason}${who === '' ? '' : `; ${who}`}; at ${gateway})`;
}
