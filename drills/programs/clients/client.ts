import type { Claims } from '../../history/events.js';

/** The reported state of a client. */
export interface Said extends Claims {
  readonly partitions: readonly number[];
  /** Only for reading the history; it is not judged. */
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

/** One side of request and reply, after it is connected. */
export interface Side {
  connect(): Promise<void>;
  /** Undefined: this client has no such state. */
  says(): Said | undefined;
  dispose(): Promise<void>;
}

export interface RequesterSide extends Side {
  /** Resolves with the id in the reply. */
  request(call: Call): Promise<string>;
  /** Sends a frame without a reply and without a deadline; undefined: this client cannot do this. */
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

/** The destination of a client's log lines. */
export type Log = (level: string, message: string, fields: unknown) => void;
