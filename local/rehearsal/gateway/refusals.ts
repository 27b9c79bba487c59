import { randomUUID } from 'node:crypto';
import type { Refused, RefusalReason } from './refusal.js';

/** One line of a gateway's log. It names no secret and no token. */
export interface Refusal {
  /** What the client was told: "[id]: Access denied". */
  id: string;
  reason: RefusalReason;
  /** Without a full stop. */
  sentence: string;
  /** The gateway's address that it happened at. */
  gateway: string;
  /** Whose, where the login said so. */
  accessKeyId?: string;
  roleArn?: string;
  /** 1, or how often the same happened again since the line before of this id. */
  times: number;
  /** ISO 8601. */
  at: string;
}

interface Series {
  refusal: Refusal;
  again: number;
  timer: NodeJS.Timeout;
}

const defaultWindowMs = 10_000;
/** Of different refusals at a time; what comes beyond is no longer told apart by access key. */
const mostSeries = 200;

/**
 * Tells of refusals. A client that is refused tries again, some of them twenty times a second: the first is told at
 * once, and what is the same within the next seconds gets the same id and one line.
 */
export class Refusals {
  readonly #series = new Map<string, Series>();

  /** @param windowMs how long the same is one series; 0: each refusal is told */
  constructor(
    private readonly tell: (refusal: Refusal) => void,
    private readonly windowMs = defaultWindowMs,
  ) {}

  /** @returns the id to answer with */
  add({ reason, message, who }: Refused, gateway: string): string {
    const full = [reason, gateway, who.accessKeyId, who.roleArn].join(' ');
    const told = this.#series.get(full);
    const crowded = told === undefined && this.#series.size >= mostSeries;
    const key = crowded ? `${reason} ${gateway} others` : full;
    const series = told ?? this.#series.get(key);
    if (series !== undefined) {
      series.again += 1;
      return series.refusal.id;
    }
    const at = new Date().toISOString();
    const named = crowded ? {} : who;
    const refusal: Refusal = { id: randomUUID(), reason, sentence: message, gateway, ...named, times: 1, at };
    if (this.windowMs > 0) {
      const timer = setTimeout(() => this.#end(key), this.windowMs).unref();
      this.#series.set(key, { refusal, again: 0, timer });
    }
    this.tell(refusal);
    return refusal.id;
  }

  /** Tells what is still to be told. */
  close(): void {
    for (const key of [...this.#series.keys()]) this.#end(key);
  }

  #end(key: string): void {
    const series = this.#series.get(key);
    if (series === undefined) return;
    clearTimeout(series.timer);
    this.#series.delete(key);
    const { refusal, again } = series;
    if (again > 0) this.tell({ ...refusal, times: again, at: new Date().toISOString() });
  }
}

/** For people, one line. */
export function describeRefusal({ id, reason, sentence, accessKeyId, roleArn, gateway, times }: Refusal): string {
  const who = [accessKeyId, roleArn].filter((part) => part !== undefined).join(', ');
  const again = times === 1 ? '' : ` (${times} times more)`;
  return `[${id}] refused${again}: ${sentence} (${reason}${who === '' ? '' : `; ${who}`}; at ${gateway})`;
}
