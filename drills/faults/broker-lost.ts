import { setTimeout as sleep } from 'node:timers/promises';
import { everyClient, type Drill, type Phase, type Scene } from '../drill.js';
import { measures } from '../measures.js';
import { LogWatch } from '../stage/log-watch.js';
import { processState, stoppedState } from '../stage/process-state.js';

/** Longer than the controller needs to detect it (`broker.session.timeout.ms`, 9 s), and then the clients. */
const AWAY_MS = 17_000;
const RESTART_PAUSE_MS = 6_000;

const both = (name: string, title: string): readonly Drill[] => [
  { name: `${name}-coordinator`, title: `${title}, which coordinates both groups`, coordinator: 'victim' },
  { name, title: `${title}, which coordinates neither group`, coordinator: 'other' },
];

async function proveFenced({ cluster, victim, prove }: Scene): Promise<void> {
  const others = await cluster.withAdmin(async (admin) => (await admin.describeCluster()).brokers);
  const ids = others.map(({ nodeId }) => nodeId);
  prove(!ids.includes(victim), `broker ${victim} is not in the cluster`, `brokers ${ids.join(', ')}`);
}

function limitAfterFault({ worlds }: Scene): void {
  for (const world of worlds) world.excuses = { recoveryAfterFaultMs: measures.recoveryAfterFaultMs };
}

const killed: Phase = {
  drills: both('broker-killed', 'a broker is killed for 17 s'),
  alone: true,
  network: 'direct',
  clients: everyClient,
  async bring(scene) {
    const { cluster, victim } = scene;
    const { pid } = cluster.node(victim);
    limitAfterFault(scene);
    scene.fault();
    await cluster.kafka.killNode(victim);
    const state = processState(pid);
    scene.prove(state === undefined, `process ${pid} of broker ${victim} does not exist`, `state ${state ?? 'none'}`);
    await sleep(AWAY_MS);
    await proveFenced(scene);
    scene.mend();
    await cluster.kafka.startNode(victim);
    scene.heal();
  },
};

const stopped: Phase = {
  drills: both('broker-stopped', 'a broker is stopped cleanly, and started 6 s later'),
  alone: true,
  network: 'direct',
  clients: everyClient,
  async bring(scene) {
    const { cluster, victim } = scene;
    const log = await LogWatch.from(cluster.node(victim).logFile);
    scene.fault();
    await cluster.kafka.stopNode(victim);
    const line = await log.find(/shut down completed/);
    scene.prove(
      line !== undefined,
      `the log of broker ${victim} reports a shutdown`,
      line ?? 'its log does not report it',
    );
    await proveFenced(scene);
    await sleep(RESTART_PAUSE_MS);
    await cluster.kafka.startNode(victim);
    scene.heal();
  },
};

const frozen = (seconds: number): Phase => ({
  drills: both(`broker-frozen-${seconds}s`, `a broker hangs (SIGSTOP) for ${seconds} s`),
  alone: true,
  network: 'direct',
  clients: everyClient,
  async bring(scene) {
    const { cluster, victim } = scene;
    const { pid } = cluster.node(victim);
    const proveStopped = async (when: string): Promise<void> => {
      const state = await stoppedState(pid);
      scene.prove(state === 'T', `broker ${victim} is stopped ${when}`, `state ${state ?? 'none'} of process ${pid}`);
    };
    limitAfterFault(scene);
    scene.fault();
    cluster.kafka.signalNode(victim, 'SIGSTOP');
    await proveStopped('at first');
    await sleep(seconds * 1_000 - 500);
    await proveFenced(scene);
    await proveStopped('at last');
    cluster.kafka.signalNode(victim, 'SIGCONT');
    scene.heal();
  },
});

export const phases: readonly Phase[] = [killed, stopped, frozen(20), frozen(40)];
