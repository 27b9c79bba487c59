import { setTimeout as sleep } from 'node:timers/promises';
import { everyClient, type Phase } from '../drill.js';
import {
  COORDINATOR_LOADING,
  COORDINATOR_UNAVAILABLE,
  JoinFailure,
  NOT_COORDINATOR,
  REBALANCE_IN_PROGRESS,
} from '../network/join-failure.js';

const BROKEN_MS = 30_000;
/** The time in which a client joins, if it joins because of the heartbeat. */
const REJOIN_MS = 5_000;

const heartbeats = [
  { error: NOT_COORDINATOR, name: 'not-coordinator', words: 'NOT_COORDINATOR' },
  { error: REBALANCE_IN_PROGRESS, name: 'rebalance', words: 'REBALANCE_IN_PROGRESS' },
] as const;
const joins = [
  { join: COORDINATOR_LOADING, name: 'loading', words: 'with COORDINATOR_LOAD_IN_PROGRESS' },
  { join: COORDINATOR_UNAVAILABLE, name: 'unavailable', words: 'with COORDINATOR_NOT_AVAILABLE' },
  { join: 'closed', name: 'closed', words: 'by a closed connection' },
] as const;

/** A proxy answers one heartbeat of a worker with an error, and its next join fails once. */
export const phases: readonly Phase[] = heartbeats.flatMap((heartbeat) =>
  joins.map((join): Phase => ({
    drills: [
      {
        name: `join-fails-once-${heartbeat.name}-${join.name}`,
        title: `a heartbeat is answered ${heartbeat.words}, then one join fails ${join.words}`,
      },
    ],
    alone: false,
    network: 'proxied',
    clients: everyClient,
    async bring({ cluster, world, fault, heal, prove }) {
      const failure = new JoinFailure(world.clientId('worker-1'), heartbeat.error, join.join);
      fault();
      cluster.proxies.plan(failure);
      const failed = Promise.race([failure.done, sleep(BROKEN_MS, undefined, { ref: false })]);
      // A client may only look for the coordinator again and keep its membership, so another member makes it join.
      const hasJoined = await Promise.race([failed.then(() => true), sleep(REJOIN_MS, false)]);
      const visiting = hasJoined ? undefined : world.add('worker').join();
      await failed;
      heal();
      await visiting;
      prove(failure.log.length === 2, 'the proxy answered one heartbeat and let one join fail', failure.log.join('; '));
    },
  })),
);
