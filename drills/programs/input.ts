import type { config_input } from '../../src/index.js';
import type { Role } from '../history/events.js';

export const clientNames = ['ours', 'kafkajs', 'nestjs'] as const;
/** The client libraries that ours can use. */
export const kafkaLibraries = ['kafkajs', 'platformatic'] as const;
export type KafkaLibrary = (typeof kafkaLibraries)[number];
export type ClientName = (typeof clientNames)[number];

/** The input of a process of a drill, as JSON in the variable `DRILL`. */
export interface ProgramInput {
  readonly role: Role;
  /** `requester-1`: the prefix of its ids, and the name of its history. */
  readonly name: string;
  /** The number in its paths, so that no two requesters share one. */
  readonly number: number;
  readonly client: ClientName;
  readonly settings: config_input;
  /** The file of the history. */
  readonly history: string;
  readonly requestTimeoutMs: number;
  readonly requestsPerSecond: number;
  readonly notesPerSecond: number;
  readonly paths: number;
  readonly sampleMs: number;
  /** Host names with this suffix resolve to this machine; while the file exists, they do not resolve. */
  readonly names?: { readonly suffix: string; readonly goneFile: string } | undefined;
  /** `bench/peers`, the folder of the peers' clients. */
  readonly peers: string;
}

/** Commands to a process. Each is answered once. */
export type Command =
  | { readonly do: 'join' }
  | { readonly do: 'load'; readonly on: boolean }
  | { readonly do: 'leave' }
  | { readonly do: 'variables'; readonly set: Readonly<Record<string, string>> }
  /** Leaves its group if it has not left, and exits. */
  | { readonly do: 'end' };

export interface Answer {
  readonly id: number;
  readonly error?: string | undefined;
}
