/**
 * The history of the processes of a drill, one JSON object a line. `t` is the machine's monotonic clock in
 * milliseconds, which is the same in all processes. `w` is the wall clock.
 */
export interface Stamp {
  readonly t: number;
  readonly w: number;
}

export type RequesterEvent =
  | { readonly k: 'begin'; readonly id: string; readonly path: string }
  /** The client reports that the request was acknowledged, and its position. */
  | { readonly k: 'ack'; readonly id: string; readonly partition: number; readonly offset: number }
  | { readonly k: 'end'; readonly id: string; readonly ok: true; readonly reply: string }
  | { readonly k: 'end'; readonly id: string; readonly ok: false; readonly code: string; readonly message: string }
  /** A one-way frame. */
  | { readonly k: 'note'; readonly id: string; readonly path: string }
  | { readonly k: 'noted'; readonly id: string; readonly partition: number; readonly offset: number }
  | { readonly k: 'unnoted'; readonly id: string; readonly code: string };

export type WorkerEvent =
  | {
      readonly k: 'handle';
      readonly run: number;
      readonly id: string;
      readonly path: string;
      readonly partition: number;
      readonly offset: number;
    }
  | { readonly k: 'handled'; readonly run: number }
  /** The client reports the outcome of a frame, and how many of its replies were acknowledged. */
  | { readonly k: 'done'; readonly id: string; readonly as: string; readonly replies: number };

/** The reported state of a client. */
export interface Claims {
  /** `is_connected()`. */
  readonly connected?: boolean;
  /** `status.state`. */
  readonly state?: string;
  /** `health().ok`, if the client has a `health()`. */
  readonly health?: boolean;
}

export type CommonEvent =
  | ({ readonly k: 'sample'; readonly partitions: readonly number[]; readonly more?: unknown } & Claims)
  | { readonly k: 'log'; readonly level: string; readonly message: string; readonly fields?: unknown }
  | {
      readonly k: 'life';
      readonly what: LifeStep;
      readonly ms?: number;
      readonly error?: string | undefined;
      readonly left?: string[];
    };

/** `left`: what keeps the process alive after its client was disposed. */
export type LifeStep = 'started' | 'connected' | 'failed' | 'loaded' | 'unloaded' | 'disposed';

export type HistoryEvent = RequesterEvent | WorkerEvent | CommonEvent;

export type Stamped<E = HistoryEvent> = E & Stamp;

/** An action of the drill on a process. */
export interface Outside {
  readonly t: number;
  readonly what: 'killed' | 'stopped' | 'continued' | 'leaving' | 'exited' | 'forced';
  readonly code?: number | string | null | undefined;
}

export type Role = 'requester' | 'worker';

/** One process of a drill: its history, and the actions on it. */
export interface ProcessHistory {
  readonly name: string;
  readonly role: Role;
  readonly events: readonly Stamped[];
  readonly outside: readonly Outside[];
  readonly stderr: string;
}

/** Milliseconds of the machine's monotonic clock. */
export function now(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}
