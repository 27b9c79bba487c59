import { randomUUID } from 'node:crypto';
import type { ClientName } from '../programs/input.js';

/** As Java's `String.hashCode`. */
function javaHash(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i += 1) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0;
  return hash;
}

/** The partition of `__consumer_offsets` that a group belongs to; its leader is the group's coordinator. */
export function offsetsPartition(group: string, partitions: number): number {
  const hash = javaHash(group);
  return (hash === -(2 ** 31) ? 0 : Math.abs(hash)) % partitions;
}

/** A group name whose coordinator is one of the wanted ones. */
export function groupName(start: string, isWanted: (group: string) => boolean): string {
  for (let tries = 0; tries < 10_000; tries += 1) {
    const name = `${start}-${randomUUID().slice(0, 6)}`;
    if (isWanted(name)) return name;
  }
  throw new Error(`no name of a group begins with ${start} and has the wanted coordinator`);
}

/**
 * The groups that a peer creates for a topic and shares among processes: that of workers first, then that of
 * requesters, if they share one.
 */
export function sharedGroups(peer: Exclude<ClientName, 'ours'>, topic: string): string[] {
  return peer === 'nestjs' ? [`${topic}-workers-server`, `${topic}-requesters-client`] : [`${topic}-workers`];
}
