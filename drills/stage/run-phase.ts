import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { check } from '../checker/check.js';
import { starvedShare } from '../checker/facts.js';
import type { Chosen } from '../catalogue.js';
import type { Drill, Phase, Scene } from '../drill.js';
import { now } from '../history/events.js';
import { Weather } from '../network/weather.js';
import type { DrillResult, Proof } from '../report/result.js';
import { NAME_SUFFIX, type DrillCluster } from './cluster.js';
import { groupName, offsetsPartition, sharedGroups } from './groups.js';
import type { IamCluster } from './iam-cluster.js';
import type { Place } from './place.js';
import { NotSteady, World, type Backstage, type FaultMarks, type WorldNames } from './world.js';
import type { ClientName } from '../programs/input.js';

export interface PhaseParts {
  readonly stage: Backstage;
  readonly cluster: DrillCluster;
  readonly iam: () => Promise<IamCluster>;
  /** 0 up to 1, from the run's seed. */
  readonly random: () => number;
}

/** So that the fault does not always start at the same point of a heartbeat. */
const JITTER_MS = 1_000;
const LONGEST_FAULT_MS = 400_000;

/** Causes one fault, and judges every drill that shares it. */
export async function runPhase({ phase, drills }: Chosen, parts: PhaseParts): Promise<DrillResult[]> {
  const startedAt = now();
  const proofs = new Proofs();
  const seconds = (): number => Math.round((now() - startedAt) / 100) / 10;
  let worlds: { drill: Drill; world: World }[] = [];
  try {
    const wantsVictim = phase.drills.some(({ coordinator }) => coordinator !== undefined);
    const victim = wantsVictim ? await parts.cluster.victim() : undefined;
    const iam = phase.network === 'iam' ? await parts.iam() : undefined;
    worlds = drills.map((drill) => {
      const names = namesOf(drill, victim, parts.stage.client);
      return { drill, world: new World(parts.stage, placeOf(phase, names, parts, iam), names) };
    });
    for (const { world } of worlds)
      if (world.place.weather !== undefined) addWeather(phase, world.place.weather, parts);
    await Promise.all(worlds.map(({ world }) => world.open()));
    await sleep(parts.random() * JITTER_MS);
    const scene = new RunningScene(
      worlds.map(({ world }) => world),
      parts.cluster,
      iam,
      victim?.id ?? 0,
      proofs,
    );
    if (victim !== undefined) await proveCoordinators(parts.cluster, proofs, worlds, victim.id);
    await within(phase.bring(scene), LONGEST_FAULT_MS);
    const marks = scene.marks();
    await Promise.all(worlds.map(({ world }) => world.untilRecovered(marks)));
    const results = await Promise.all(
      worlds.map(async ({ drill, world }): Promise<DrillResult> => {
        const material = await world.close(marks);
        const { name, title } = drill;
        const judged = { verdict: check(material), starvedShare: starvedShare(material, marks.faultAt) };
        return { name, title, seconds: seconds(), proofs: proofs.of(drill), ...judged };
      }),
    );
    return results;
  } catch (error) {
    const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return drills.map((drill) => {
      const { name, title } = drill;
      const busy = error instanceof NotSteady ? { starvedShare: error.starvedShare } : {};
      return { name, title, seconds: seconds(), proofs: proofs.of(drill), failure, ...busy };
    });
  } finally {
    await Promise.all(worlds.map(({ world }) => world.abandon()));
    for (const { world } of worlds) {
      if (world.place.weather !== undefined) removeWeather(phase, world.place.weather, parts);
    }
    await Promise.all(worlds.map(({ world }) => world.removeTopics()));
  }
}

/** The proofs of a fault: of all its drills, or of one. */
class Proofs {
  readonly #all: { drill: Drill | undefined; proof: Proof }[] = [];

  add(drill: Drill | undefined, proof: Proof): void {
    this.#all.push({ drill, proof });
  }

  of(drill: Drill): Proof[] {
    return this.#all.filter((one) => one.drill === undefined || one.drill === drill).map(({ proof }) => proof);
  }
}

class RunningScene implements Scene {
  #faultAt: number | undefined;
  #mendedFrom: number | undefined;
  #healedAt: number | undefined;

  constructor(
    readonly worlds: readonly World[],
    readonly cluster: DrillCluster,
    private readonly iamCluster: IamCluster | undefined,
    readonly victim: number,
    private readonly proofs: Proofs,
  ) {}

  get world(): World {
    return this.worlds[0]!;
  }

  get iam(): IamCluster {
    if (this.iamCluster === undefined) throw new Error('this phase has no logins');
    return this.iamCluster;
  }

  readonly fault = (): void => {
    this.#faultAt ??= now();
  };

  readonly mend = (): void => {
    this.#mendedFrom ??= now();
  };

  readonly heal = (): void => {
    this.#healedAt ??= now();
  };

  readonly prove = (holds: boolean, what: string, seen: string): void => {
    this.proofs.add(undefined, { holds, what, seen });
  };

  marks(): FaultMarks {
    if (this.#faultAt === undefined || this.#healedAt === undefined) throw new Error('the fault was not caused');
    const mended = this.#mendedFrom === undefined ? {} : { mendedFrom: this.#mendedFrom };
    return { faultAt: this.#faultAt, ...mended, healedAt: this.#healedAt };
  }
}

type Victim = { id: number; coordinators: readonly number[] } | undefined;

/** Names for which the coordinator of the groups is where the drill requires it. The peers name groups after topics. */
function namesOf(drill: Drill, victim: Victim, client: ClientName): WorldNames {
  const isWanted = (group: string): boolean => {
    if (victim === undefined || drill.coordinator === undefined) return true;
    const { id, coordinators } = victim;
    const coordinator = coordinators[offsetsPartition(group, coordinators.length)];
    return (coordinator === id) === (drill.coordinator === 'victim');
  };
  const start = World.nameOf(drill.name);
  const name =
    client === 'ours'
      ? start
      : groupName(start, (topic) => sharedGroups(client, topic).every((group) => isWanted(group)));
  return {
    name,
    workerTopic: name,
    // NestJS accepts no other name.
    replyTopic: `${name}.reply`,
    workerGroup: groupName(`${name}-workers`, isWanted),
    replyGroup: groupName(`${name}-requesters`, isWanted),
  };
}

function placeOf(phase: Phase, { name }: WorldNames, parts: PhaseParts, iam: IamCluster | undefined): Place {
  if (iam !== undefined) return iam.place(iam.session(name));
  const network = phase.network === 'iam' ? 'direct' : phase.network;
  return {
    connection: { brokers: parts.cluster.brokers(network) },
    variables: { KAFKAJS_NO_PARTITIONER_WARNING: '1' },
    withAdmin: (act) => parts.cluster.withAdmin(act),
    ...(network === 'direct' ? {} : { weather: new Weather(`${name}.`) }),
    ...(network === 'named'
      ? { names: { suffix: NAME_SUFFIX, goneFile: join(parts.stage.folder, `${name}.gone`) } }
      : {}),
  };
}

function addWeather({ network }: Phase, weather: Weather, { cluster }: PhaseParts): void {
  (network === 'named' ? cluster.namedProxies : cluster.proxies).add(weather);
}

function removeWeather({ network }: Phase, weather: Weather, { cluster }: PhaseParts): void {
  (network === 'named' ? cluster.namedProxies : cluster.proxies).remove(weather);
}

async function proveCoordinators(
  cluster: DrillCluster,
  proofs: Proofs,
  worlds: readonly { drill: Drill; world: World }[],
  victim: number,
): Promise<void> {
  for (const { drill, world } of worlds) {
    const { coordinator } = drill;
    if (coordinator === undefined) continue;
    const found = await Promise.all(world.sharedGroups.map((group) => cluster.coordinatorOf(group)));
    const [holds, what] =
      coordinator === 'victim'
        ? [found.every((id) => id === victim), `broker ${victim} coordinates its groups`]
        : [!found.includes(victim), `broker ${victim} coordinates none of its groups`];
    proofs.add(drill, { holds, what, seen: `coordinators ${found.join(', ')}` });
  }
}

async function within(promise: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the fault was not over within ${ms / 1_000} s`)), ms);
  });
  try {
    await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
