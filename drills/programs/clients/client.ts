import type { Claims } from '../../history/events.js';

/** What a client says of itself now. */
export interface Said extends Claims {
  readonly partitions: readonly number[];
  /** Kept in the history for people to read; judged by nobody. */
  readonly more?: unknown;
}

export interface Place {
  readonly partition: number;
  readonly offset: number;
}

export interface Call {
  readonly id: string;
  readonly path: readonly number[];
  readonly timeoutMs: number;
  readonly onAck: (place: Place) => void;
}

/** One side of request and reply, once connected. */
export interface Side {
  connect(): Promise<void>;
  /** Undefined: this client has no such words. */
  says(): Said | undefined;
  dispose(): Promise<void>;
}

export interface RequesterSide extends Side {
  /** Resolves with the id that the reply carries. */
  request(call: Call): Promise<string>;
  /** Sends a frame that wants no reply and has no deadline; undefined: this client has no such thing. */
  readonly note: ((id: string, path: readonly number[]) => Promise<Place>) | undefined;
}

export interface Frame extends Place {
  readonly id: string;
}

export interface WorkerHooks {
  /** The handler: resolves when its work is done. */
  readonly onFrame: (frame: Frame) => Promise<void>;
  readonly onDone: (id: string, as: string, replies: number) => void;
}

/** Where a client's log lines go. */
export type Log = (level: string, message: string, fields: unknown) => void;
