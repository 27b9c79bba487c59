import { randomUUID } from 'node:crypto';
import { Repeats } from '../repeats.js';
import type { GatewayRefusal, RefusalReason } from './refusal.js';

/** One line of a gateway's log. It names no secret and no token. */
export interface RefusalRecord {
  /** What the client was told: "[id]: Access denied". */
  id: string;
  reason: RefusalReason;
  /** Without a full stop. */
  sentence: string;
  /** The gateway's address that it happened at. */
  gateway: string;
  /** Whose, where the login said so. */
  accessKeyId?: string | undefined;
  roleArn?: string | undefined;
  /** 1, or how often the same happened again since the line before of this id. */
  times: number;
  /** ISO 8601. */
  at: string;
}

const DEFAULT_WINDOW_MS = 10_000;
/** Of different refusals at a time; what comes beyond is no longer told apart by access key. */
const MOST_SERIES = 200;

/**
 * Reports refusals. A client that is refused tries again, some of them twenty times a second: the first is told at
 * once, and what is the same within the next seconds gets the same id and one line.
 */
export class RefusalLog {
  readonly #repeats: Repeats<RefusalRecord>;

  /** @param windowMs how long the same is one series; 0: each refusal is told */
  constructor(tell: (refusal: RefusalRecord) => void, windowMs = DEFAULT_WINDOW_MS) {
    this.#repeats = new Repeats<RefusalRecord>(
      (refusal, again) => tell(again === 0 ? refusal : { ...refusal, times: again, at: new Date().toISOString() }),
      windowMs,
    );
  }

  /** @returns the id to answer with */
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
      times: 1,
      at: new Date().toISOString(),
    })).id;
  }

  /** Tells what is still to be told. */
  close(): void {
    this.#repeats.close();
  }
}

/** For people, one line. */
export function describeRefusal({ id, reason, sentence, accessKeyId, roleArn, gateway, times }: RefusalRecord): string {
  const who = [accessKeyId, roleArn].filter((part) => part !== undefined).join(', ');
  const again = times === 1 ? '' : ` (${times} times more)`;
  return `[${id}] refused${again}: ${sentence} (${reason}${who === '' ? '' : `; ${who}`}; at ${gateway})`;
}
