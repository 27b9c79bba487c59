import { setTimeout as sleep } from 'node:timers/promises';
import { everyClient, type Phase } from '../drill.js';
import { LogWatch } from '../stage/log-watch.js';
import { processState, stoppedState } from '../stage/process-state.js';

const ROUNDS = 5;
/** Between the end of the last broker and the start of all. */
const STOPPED_MS = 3_000;
const FROZEN_MS = 20_000;
const WHOLE_MS = 45_000;

const killed: Phase = {
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
    await sleep(STOPPED_MS);
    await Promise.all(ids.map((id) => cluster.kafka.startNode(id)));
    heal();
  },
};

const stopped: Phase = {
  drills: [
    { name: 'all-brokers-stopped', title: 'all brokers are stopped cleanly at the same time, and started 3 s later' },
  ],
  alone: true,
  network: 'direct',
  clients: everyClient,
  async bring({ cluster, fault, heal, prove }) {
    const { nodes, pids } = cluster.kafka;
    const gone = [...pids];
    const logs = await Promise.all(nodes.map(({ logFile }) => LogWatch.from(logFile)));
    fault();
    await Promise.all(nodes.map(({ id }) => cluster.kafka.stopNode(id)));
    const left = gone.filter((pid) => processState(pid) !== undefined);
    prove(left.length === 0, `the processes ${gone.join(', ')} of all brokers do not exist`, `${left.length} are left`);
    const lines = await Promise.all(logs.map((log) => log.find(/shut down completed/)));
    const reported = lines.filter((line) => line !== undefined).length;
    prove(reported === nodes.length, 'the logs of all brokers report a completed shutdown', `${reported} of them`);
    await sleep(STOPPED_MS);
    await Promise.all(nodes.map(({ id }) => cluster.kafka.startNode(id)));
    heal();
  },
};

const frozen: Phase = {
  drills: [{ name: 'all-brokers-frozen', title: 'all brokers hang (SIGSTOP) for 20 s' }],
  alone: true,
  network: 'direct',
  clients: everyClient,
  async bring({ cluster, fault, heal, prove }) {
    const { nodes, pids } = cluster.kafka;
    const proveStopped = async (when: string): Promise<void> => {
      const states = await Promise.all(pids.map((pid) => stoppedState(pid)));
      const isStopped = states.every((state) => state === 'T');
      prove(
        isStopped,
        `all brokers are stopped ${when}`,
        `states ${states.map((state) => state ?? 'none').join(', ')}`,
      );
    };
    fault();
    for (const { id } of nodes) cluster.kafka.signalNode(id, 'SIGSTOP');
    await proveStopped('at first');
    await sleep(FROZEN_MS);
    await proveStopped('at last');
    for (const { id } of nodes) cluster.kafka.signalNode(id, 'SIGCONT');
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

export const phases: readonly Phase[] = [killed, stopped, frozen, rolling];
