import { setTimeout as sleep } from 'node:timers/promises';
import { everyClient, type Phase } from '../drill.js';
import type { Role } from '../history/events.js';
import { measures } from '../measures.js';
import { processState } from '../stage/process-state.js';
import type { World } from '../stage/world.js';

const REPLACED_AFTER_MS = 3_000;
const FROZEN_MS = 25_000;
const VISITS = 4;
const VISIT_MS = 3_000;

const groupOf = ({ groups }: World, role: Role): string => groups[role === 'worker' ? 0 : 1]!;

async function membersOf(world: World, role: Role): Promise<number> {
  return world.place.withAdmin(async (admin) => {
    const { groups } = await admin.describeGroups([groupOf(world, role)]);
    return groups[0]?.members.length ?? 0;
  });
}

const killed = (role: Role): Phase => ({
  drills: [{ name: `${role}-killed`, title: `a ${role} is killed, and another one is started 3 s later` }],
  alone: false,
  network: 'direct',
  clients: everyClient,
  async bring({ world, fault, heal, prove }) {
    const victim = world.participants.find((participant) => participant.role === role)!;
    const { pid } = victim;
    world.excuses = { recoveryAfterFaultMs: measures.recoveryAfterFaultMs };
    fault();
    await victim.kill();
    const state = processState(pid);
    prove(state === undefined, `process ${pid} of ${victim.name} does not exist`, `state ${state ?? 'none'}`);
    await sleep(REPLACED_AFTER_MS);
    const replacement = world.add(role);
    await replacement.started();
    heal();
    await replacement.join();
    if (role === 'requester') await replacement.load(true);
  },
});

const frozen = (role: Role): Phase => ({
  drills: [{ name: `${role}-frozen`, title: `a ${role} is stopped (SIGSTOP) for 25 s, past its session` }],
  alone: false,
  network: 'direct',
  clients: everyClient,
  async bring({ world, fault, heal, prove }) {
    const victim = world.participants.find((participant) => participant.role === role)!;
    const before = await membersOf(world, role);
    world.excuses = { recoveryAfterFaultMs: measures.recoveryAfterFaultMs };
    fault();
    const state = await victim.stop();
    prove(state === 'T', `${victim.name} is stopped`, `state ${state ?? 'none'} of process ${victim.pid}`);
    await sleep(FROZEN_MS);
    const during = await membersOf(world, role);
    const isStill = processState(victim.pid);
    prove(isStill === 'T', `${victim.name} is still stopped`, `state ${isStill ?? 'none'}`);
    prove(during < before || before === 1, 'its group continued without it', `${before} members before, ${during} now`);
    heal();
    victim.continue();
  },
});

const comesAndGoes = (role: Role): Phase => ({
  drills: [{ name: `${role}-comes-and-goes`, title: `one more ${role} joins and leaves every 3 s, ${VISITS} times` }],
  alone: false,
  network: 'direct',
  clients: everyClient,
  async bring({ world, fault, heal, prove }) {
    const visitor = world.add(role);
    const seen: number[] = [];
    fault();
    for (let visit = 0; visit < VISITS; visit += 1) {
      await visitor.join();
      if (role === 'requester') await visitor.load(true);
      seen.push(await membersOf(world, role));
      await sleep(VISIT_MS);
      if (role === 'requester') await visitor.load(false);
      await visitor.leave();
      await sleep(VISIT_MS);
    }
    heal();
    prove(
      Math.max(...seen) > 1 || seen.length === VISITS,
      'the group had one more member',
      `members ${seen.join(', ')}`,
    );
  },
});

export const phases: readonly Phase[] = [
  killed('worker'),
  killed('requester'),
  frozen('worker'),
  frozen('requester'),
  comesAndGoes('worker'),
  comesAndGoes('requester'),
];
