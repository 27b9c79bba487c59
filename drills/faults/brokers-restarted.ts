import { setTimeout as sleep } from 'node:timers/promises';
import { everyClient, type Phase } from '../drill.js';
import { LogWatch } from '../stage/log-watch.js';
import { processState } from '../stage/process-state.js';

const ROUNDS = 5;
const WHOLE_MS = 45_000;

const all: Phase = {
  drills: [{ name: 'all-brokers-killed', title: 'all brokers are killed at the same time, and started 3 s later' }],
  alone: true,
  network: 'direct',
  clients: everyClient,
  async bring({ cluster, fault, heal, prove }) {
    const pids = [...cluster.kafka.pids];
    const ids = cluster.kafka.nodes.map(({ id }) => id);
    fault();
    await Promise.all(ids.map((id) => cluster.kafka.killNode(id)));
    const left = pids.filter((pid) => processState(pid) !== undefined);
    prove(left.length === 0, `the processes ${pids.join(', ')} of all brokers do not exist`, `${left.length} are left`);
    await sleep(3_000);
    await Promise.all(ids.map((id) => cluster.kafka.startNode(id)));
    heal();
  },
};

const rolling: Phase = {
  drills: [{ name: 'rolling-restarts', title: `all brokers are restarted in turn, ${ROUNDS} times` }],
  alone: true,
  network: 'direct',
  clients: everyClient,
  async bring({ cluster, fault, heal, prove }) {
    fault();
    let restarts = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { id, logFile } of cluster.kafka.nodes) {
        const log = await LogWatch.from(logFile);
        await cluster.kafka.stopNode(id);
        if ((await log.find(/shut down completed/)) !== undefined) restarts += 1;
        await cluster.kafka.startNode(id);
        // As an operator would: the next broker is restarted when all replicas are in sync again.
        await cluster.untilWhole(WHOLE_MS);
      }
    }
    prove(restarts === ROUNDS * 3, `the brokers' logs report ${ROUNDS * 3} clean shutdowns`, `${restarts} of them`);
    heal();
  },
};

export const phases: readonly Phase[] = [all, rolling];
