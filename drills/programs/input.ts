import type { config_input } from '../../src/index.js';
import type { Role } from '../history/events.js';

export const clientNames = ['ours', 'kafkajs', 'nestjs'] as const;
export type ClientName = (typeof clientNames)[number];

/** What a process of a drill is started with, as JSON in the variable `DRILL`. */
export interface ProgramInput {
  readonly role: Role;
  /** `requester-1`: what its ids and its history are called. */
  readonly name: string;
  /** The number in its paths, so that no two requesters share one. */
  readonly number: number;
  readonly client: ClientName;
  readonly settings: config_input;
  /** Where the history goes. */
  readonly history: string;
  readonly requestTimeoutMs: number;
  readonly requestsPerSecond: number;
  readonly notesPerSecond: number;
  readonly paths: number;
  readonly sampleMs: number;
  /** Host names that end so are this machine; while the file is there, they are not known. */
  readonly names?: { readonly suffix: string; readonly goneFile: string };
  /** `bench/peers`, where the peers' clients are. */
  readonly peers: string;
}

/** What a process is told. Each is answered once. */
export type Command =
  | { readonly do: 'join' }
  | { readonly do: 'load'; readonly on: boolean }
  | { readonly do: 'leave' }
  | { readonly do: 'variables'; readonly set: Readonly<Record<string, string>> }
  /** Leaves where it has not, and ends by itself. */
  | { readonly do: 'end' };

export interface Answer {
  readonly id: number;
  readonly error?: string;
}
