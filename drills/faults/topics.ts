import { setTimeout as sleep } from 'node:timers/promises';
import { everyClient, type Phase, type Scene } from '../drill.js';
import { now } from '../history/events.js';
import { measures } from '../measures.js';
import { topicId } from '../stage/ask-broker.js';
import type { World } from '../stage/world.js';

const MORE_PARTITIONS = 2;
const MAKE_MS = 20_000;
/** The time of an acknowledgement that was in flight when the topic was deleted. */
const ON_ITS_WAY_MS = 500;
const STOPPED_MS = 4_000;
const WAY_BEYOND = 1_000;
/** The library's default for the maximum age of metadata is 30 s. */
const METADATA_MS = 33_000;

/** The topic's id, as soon as the first broker knows one that is not `old`. */
async function nextId({ cluster }: Scene, topic: string, old?: string): Promise<string> {
  const end = performance.now() + MAKE_MS;
  for (;;) {
    const id = await topicId(cluster.kafka.brokers[0]!, topic);
    if (id !== undefined && id !== old) return id;
    if (performance.now() > end) return id ?? 'none';
    await sleep(20);
  }
}

async function makeAgain(world: World, topic: string): Promise<void> {
  const end = performance.now() + MAKE_MS;
  for (;;) {
    try {
      await world.createTopics([topic]);
      return;
    } catch (error) {
      // The name can be used again some milliseconds after the deletion.
      if (performance.now() > end) throw error;
      await sleep(20);
    }
  }
}

const madeAgain = (which: 'worker' | 'reply', seconds: number): Phase => {
  const when = seconds === 0 ? 'immediately' : `after ${seconds} s`;
  return {
    drills: [
      {
        name: `${which}-topic-made-again-${seconds === 0 ? 'at-once' : `${seconds}s`}`,
        title: `the ${which} topic is deleted, and created again ${when}`,
      },
    ],
    alone: false,
    network: 'direct',
    clients: everyClient,
    async bring(scene) {
      const { world, fault, heal, prove } = scene;
      const topic = which === 'worker' ? world.names.workerTopic : world.names.replyTopic;
      const before = await nextId(scene, topic);
      fault();
      await world.place.withAdmin((admin) => admin.deleteTopics({ topics: [topic] }));
      await sleep(seconds * 1_000);
      await makeAgain(world, topic);
      heal();
      if (which === 'worker') world.excuses = { lostUntil: now() + ON_ITS_WAY_MS };
      await sleep(ON_ITS_WAY_MS);
      const after = await nextId(scene, topic, before);
      prove(after !== before && after !== 'none', 'the topic has another id', `${before} before, ${after} now`);
    },
  };
};

const partitionsAdded: Phase = {
  drills: [{ name: 'partitions-added', title: `${MORE_PARTITIONS} partitions are added to both topics` }],
  alone: false,
  network: 'direct',
  clients: everyClient,
  async bring({ world, fault, heal, prove }) {
    const topics = [world.names.workerTopic, world.names.replyTopic];
    const count = measures.partitions + MORE_PARTITIONS;
    world.excuses = { pathsMoved: true };
    fault();
    await world.place.withAdmin(async (admin) => {
      await admin.createPartitions({ topicPartitions: topics.map((topic) => ({ topic, count })) });
    });
    heal();
    // Clients may detect this only when they refresh their metadata, which is part of the drill.
    await sleep(METADATA_MS);
    const counts = await world.place.withAdmin(async (admin) =>
      (await admin.fetchTopicMetadata({ topics })).topics.map(({ partitions }) => partitions.length),
    );
    prove(
      counts.every((found) => found === count),
      `both topics have ${count} partitions`,
      counts.join(' and '),
    );
  },
};

/** Deletes all records of the worker topic, including acknowledged frames that were not handled. */
async function deleteRecords(world: World): Promise<number> {
  const topic = world.names.workerTopic;
  return world.place.withAdmin(async (admin) => {
    const ends = await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({
      topic,
      partitions: ends.map(({ partition, high }) => ({ partition, offset: high })),
    });
    world.excuses = { lostUntil: now() };
    const starts = await admin.fetchTopicOffsets(topic);
    const [committed] = await admin.fetchOffsets({ groupId: world.groups[0]!, topics: [topic] });
    return starts.filter(({ partition, low }) => {
      const at = committed?.partitions.find((one) => one.partition === partition)?.offset;
      return at !== undefined && Number(at) >= 0 && Number(at) < Number(low);
    }).length;
  });
}

const deletedUnderFrozen: Phase = {
  drills: [
    {
      name: 'records-deleted',
      title: 'the workers are stopped for 4 s, and all records of their topic are deleted in that time',
    },
  ],
  alone: false,
  network: 'direct',
  clients: everyClient,
  async bring({ world, fault, heal, prove }) {
    fault();
    await Promise.all(world.workers.map((worker) => worker.stop()));
    await sleep(STOPPED_MS);
    const overtaken = await deleteRecords(world);
    heal();
    for (const worker of world.workers) worker.continue();
    prove(overtaken > 0, 'the log begins after the committed offset', `in ${overtaken} partitions`);
  },
};

/** A change while no worker runs; the fault ends when workers are started that find the result. */
async function withoutWorkers({ world, heal }: Scene, act: () => Promise<void>): Promise<void> {
  await Promise.all(world.workers.map((worker) => worker.leave()));
  await act();
  // Stopped workers are not restarted; others replace them, as after a deployment.
  const others = Array.from({ length: measures.workers }, () => world.add('worker'));
  await Promise.all(others.map((worker) => worker.started()));
  heal();
  await Promise.all(others.map((worker) => worker.join()));
}

const deletedWhileAway: Phase = {
  drills: [
    { name: 'records-deleted-no-worker', title: 'no worker runs; all records are deleted; workers start 3 s later' },
  ],
  alone: false,
  network: 'direct',
  clients: everyClient,
  async bring(scene) {
    const { world, fault, prove } = scene;
    fault();
    await withoutWorkers(scene, async () => {
      await sleep(3_000);
      const overtaken = await deleteRecords(world);
      prove(overtaken > 0, 'the log begins after the committed offset', `in ${overtaken} partitions`);
    });
  },
};

const pastTheEnd: Phase = {
  drills: [
    { name: 'commits-past-the-end', title: 'no worker runs; their offsets are set past the end; workers start again' },
  ],
  alone: false,
  network: 'direct',
  clients: everyClient,
  async bring(scene) {
    const { world, fault, prove } = scene;
    const topic = world.names.workerTopic;
    fault();
    await withoutWorkers(scene, async () => {
      await world.place.withAdmin(async (admin) => {
        const ends = await admin.fetchTopicOffsets(topic);
        const partitions = ends.map(({ partition, high }) => ({
          partition,
          offset: String(Number(high) + WAY_BEYOND),
        }));
        await admin.setOffsets({ groupId: world.groups[0]!, topic, partitions });
        const [committed] = await admin.fetchOffsets({ groupId: world.groups[0]!, topics: [topic] });
        const beyond = (committed?.partitions ?? []).filter(({ partition, offset }) => {
          const end = ends.find((one) => one.partition === partition)?.high;
          return end !== undefined && Number(offset) > Number(end);
        });
        prove(beyond.length > 0, 'committed offsets are past the end', `in ${beyond.length} partitions`);
      });
    });
  },
};

export const phases: readonly Phase[] = [
  partitionsAdded,
  madeAgain('worker', 0),
  madeAgain('worker', 5),
  madeAgain('worker', 25),
  madeAgain('reply', 0),
  madeAgain('reply', 5),
  madeAgain('reply', 25),
  deletedUnderFrozen,
  deletedWhileAway,
  pastTheEnd,
];
