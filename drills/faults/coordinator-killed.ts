import { setTimeout as sleep } from 'node:timers/promises';
import { everyClient, type Phase } from '../drill.js';
import { measures } from '../measures.js';
import { LogWatch } from '../stage/log-watch.js';
import { processState } from '../stage/process-state.js';

const AWAY_MS = 17_000;
const REBALANCE_MS = 15_000;

const inRebalance: Phase = {
  drills: [
    {
      name: 'coordinator-killed-in-rebalance',
      title: 'a worker joins, and the coordinator is killed before the group is stable',
      coordinator: 'victim',
    },
  ],
  alone: true,
  network: 'direct',
  clients: everyClient,
  async bring({ cluster, world, victim, fault, mend, heal, prove }) {
    const group = world.groups[0]!;
    const { logFile, pid } = cluster.node(victim);
    const log = await LogWatch.from(logFile);
    world.excuses = { recoveryAfterFaultMs: measures.recoveryAfterFaultMs };
    const joined = world
      .add('worker')
      .join()
      .catch(() => undefined);
    const begun = await log.until(new RegExp(`Preparing to rebalance group ${group} `), REBALANCE_MS);
    fault();
    await cluster.kafka.killNode(victim);
    prove(begun !== undefined, 'the coordinator had begun to rebalance', begun ?? 'its log does not report it');
    const stable = await log.find(new RegExp(`Stabilized group ${group} `));
    prove(stable === undefined, 'it had not ended the rebalance', stable ?? 'its log does not report a stable group');
    prove(processState(pid) === undefined, `its process ${pid} does not exist`, `state ${processState(pid) ?? 'none'}`);
    await sleep(AWAY_MS);
    mend();
    await cluster.kafka.startNode(victim);
    heal();
    await joined;
  },
};

export const phases: readonly Phase[] = [inRebalance];
