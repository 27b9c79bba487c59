import type { Drill, Phase } from './drill.js';
import { phases as brokerLost } from './faults/broker-lost.js';
import { phases as brokersRestarted } from './faults/brokers-restarted.js';
import { phases as coordinatorKilled } from './faults/coordinator-killed.js';
import { phases as healthy } from './faults/healthy.js';
import { phases as joinFailsOnce } from './faults/join-fails-once.js';
import { phases as logins } from './faults/logins.js';
import { phases as members } from './faults/members.js';
import { phases as network } from './faults/network.js';
import { phases as records } from './faults/records.js';
import { phases as topics } from './faults/topics.js';
import type { ClientName } from './programs/input.js';

/** All drills, in the order of the table. */
export const catalogue: readonly Phase[] = [
  ...healthy,
  ...brokerLost,
  ...brokersRestarted,
  ...coordinatorKilled,
  ...joinFailsOnce,
  ...members,
  ...network,
  ...records,
  ...topics,
  ...logins,
];

export const drillNames: readonly string[] = catalogue.flatMap(({ drills }) => drills.map(({ name }) => name));

/** A phase with the requested ones of its drills. */
export interface Chosen {
  readonly phase: Phase;
  readonly drills: readonly Drill[];
}

/** The phases with a drill of these names, if this client can be judged by them. */
export function choose(names: ReadonlySet<string> | 'all', client: ClientName): Chosen[] {
  return catalogue
    .filter(({ clients = ['ours'] }) => clients.includes(client))
    .map((phase) => ({ phase, drills: phase.drills.filter(({ name }) => names === 'all' || names.has(name)) }))
    .filter(({ drills }) => drills.length > 0);
}
