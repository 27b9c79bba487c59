import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { allWorkAgain, goodSeconds, recoveryOf } from '../checker/recovery.js';
import { factsOf, starvedShare } from '../checker/facts.js';
import type { Excuses, Marks, Material, Readings } from '../checker/material.js';
import { now, type Role } from '../history/events.js';
import { measures } from '../measures.js';
import type { ClientName, KafkaLibrary, ProgramInput } from '../programs/input.js';
import { sharedGroups } from './groups.js';
import { Participant } from './participant.js';
import type { Place } from './place.js';
import { groupMembers, lagOf, readRecords, removeTopics, untilTopics } from './readings.js';

/** The common parts of all worlds of a run. */
export interface Backstage {
  readonly program: string;
  readonly node: string;
  readonly peers: string;
  readonly folder: string;
  readonly client: ClientName;
  readonly library: KafkaLibrary;
  readonly onStop: (pid: number) => void;
}

/** When the fault began and ended. */
export type FaultMarks = Omit<Marks, 'loadFrom' | 'loadUntil'>;

export interface WorldNames {
  readonly name: string;
  readonly workerTopic: string;
  readonly replyTopic: string;
  readonly workerGroup: string;
  readonly replyGroup: string;
}

const REPLICAS = 3;
const STEADY_TIMEOUT_MS = 60_000;
/** The share of the requests that start in a second; requests start twice a second, some at its boundaries. */
const STEADY_SHARE = 0.7;
const SETTLE_MS = 5_000;
const LEAVE_MS = 3_000;
const POLL_MS = 500;
const SECOND = 1_000;
/** How long a drill continues if requests do not succeed again within the limit. */
const PATIENCE_MS = 5_000;

/** A drill that could not begin, because its clients did not work, or could not run. */
export class NotSteady extends Error {
  constructor(
    seconds: number,
    readonly starvedShare: number,
  ) {
    super(`there was no steady state within ${seconds} s`);
  }
}

/** The topics, groups and processes of one drill, so that drills share brokers without affecting each other. */
export class World {
  readonly participants: Participant[] = [];
  /** Valid records that the drill wrote. */
  readonly planted: string[] = [];
  readonly #stage: Backstage;
  readonly place: Place;
  readonly names: WorldNames;
  readonly #numbers = { requester: 0, worker: 0 };
  #folder = '';
  excuses: Excuses = {};
  /** True if an ordinary kafkajs consumer can read the worker topic. */
  isReadable = true;
  #loadFrom = 0;

  constructor(stage: Backstage, place: Place, names: WorldNames) {
    this.#stage = stage;
    this.place = place;
    this.names = names;
  }

  static nameOf(drill: string): string {
    return `d-${drill}-${randomUUID().slice(0, 4)}`;
  }

  get requesters(): Participant[] {
    return this.participants.filter(({ role }) => role === 'requester');
  }

  get workers(): Participant[] {
    return this.participants.filter(({ role }) => role === 'worker');
  }

  /** The groups of the workers, and of the requesters if they share one. */
  get sharedGroups(): string[] {
    const { workerTopic, workerGroup, replyGroup } = this.names;
    const { client } = this.#stage;
    return client === 'ours' ? [workerGroup, replyGroup] : sharedGroups(client, workerTopic);
  }

  get groups(): string[] {
    const ofEach =
      this.#stage.client === 'kafkajs'
        ? this.requesters.map(({ name }) => `${this.names.workerTopic}-requesters${name}`)
        : [];
    return [...this.sharedGroups, ...ofEach];
  }

  /** Creates the topics, starts all processes, and resolves when everything has worked for some time. */
  async open(): Promise<void> {
    this.#folder = join(this.#stage.folder, this.names.name);
    await mkdir(this.#folder, { recursive: true });
    const { workerTopic, replyTopic, workerGroup, replyGroup } = this.names;
    await this.createTopics([workerTopic, replyTopic]);
    await this.place.prepare?.({ topics: [workerTopic, replyTopic], groups: [workerGroup, replyGroup] });
    for (let i = 0; i < measures.requesters; i += 1) this.add('requester');
    for (let i = 0; i < measures.workers; i += 1) this.add('worker');
    await Promise.all(this.participants.map((participant) => participant.join()));
    await Promise.all(this.requesters.map((requester) => requester.load(true)));
    await this.#untilSteady();
  }

  async createTopics(topics: readonly string[]): Promise<void> {
    await this.place.withAdmin(async (admin) => {
      await admin.createTopics({
        waitForLeaders: false,
        topics: topics.map((topic) => ({ topic, numPartitions: measures.partitions, replicationFactor: REPLICAS })),
      });
      await untilTopics(admin, topics);
    });
  }

  /** Starts one more process, without work. */
  add(role: Role): Participant {
    const number = (this.#numbers[role] += 1);
    const name = `${role}-${number}`;
    const { program, node, peers, client, library, onStop } = this.#stage;
    const { workerTopic, replyTopic, workerGroup, replyGroup } = this.names;
    const input: ProgramInput = {
      role,
      name,
      number,
      client,
      settings: {
        connection: { ...this.place.connection, client: library, client_id: this.clientId(name) },
        topics: { worker: workerTopic, reply_to: replyTopic },
        groups: { worker: workerGroup, reply_to: replyGroup },
      },
      history: join(this.#folder, `${name}.jsonl`),
      requestTimeoutMs: measures.requestTimeoutMs,
      requestsPerSecond: client === 'ours' ? measures.requestsPerSecond : measures.peerRequestsPerSecond,
      notesPerSecond: measures.notesPerSecond,
      paths: measures.pathsPerRequester,
      sampleMs: measures.sampleMs,
      names: this.place.names,
      peers,
    };
    const participant = new Participant({ program, node, input, variables: this.place.variables, onStop });
    this.participants.push(participant);
    return participant;
  }

  clientId(participant: string): string {
    return `${this.names.name}.${participant}`;
  }

  /** Waits until requests succeed again and every process works, or for longer than a drill may take. */
  async untilRecovered(fault: FaultMarks): Promise<void> {
    const { healedAt } = fault;
    const end = healedAt + measures.recoveryAfterHealMs + measures.calmMs + PATIENCE_MS;
    while (now() < end) {
      await sleep(POLL_MS);
      const marks = { loadFrom: this.#loadFrom, ...fault, loadUntil: now() - 100 };
      if (marks.loadUntil - healedAt < measures.calmMs) continue;
      const material = this.#material(marks, nothingRead);
      const facts = factsOf(material);
      const { at } = recoveryOf(facts, material);
      if (at === undefined || marks.loadUntil - at < measures.calmMs) continue;
      if (allWorkAgain(facts, material).length === 0) return;
    }
  }

  /** Ends load and processes, reads what is left, and returns the data by which the drill is judged. */
  async close(fault: FaultMarks): Promise<Material> {
    const marks = { loadFrom: this.#loadFrom, ...fault, loadUntil: now() };
    for (const participant of this.participants) participant.continue();
    const living = this.requesters.filter(({ isOver }) => !isOver);
    await Promise.all(living.map((requester) => requester.load(false).catch(() => undefined)));
    await this.#settle();
    const killedAt = Math.max(
      0,
      ...this.participants.flatMap((participant) =>
        participant.history().outside.flatMap(({ t, what }) => (what === 'killed' ? [t] : [])),
      ),
    );
    await Promise.all(this.participants.map((participant) => participant.end()));
    const patience = Math.max(LEAVE_MS, killedAt + measures.sessionTimeoutMs + LEAVE_MS - now());
    const readings = await this.#read(patience);
    for (const participant of this.participants) participant.close();
    return this.#material(marks, readings);
  }

  /** Kills the remaining processes. */
  async abandon(): Promise<void> {
    await Promise.all(this.participants.map((participant) => participant.kill()));
    for (const participant of this.participants) participant.close();
  }

  async removeTopics(): Promise<void> {
    const { workerTopic, replyTopic } = this.names;
    await this.place
      .withAdmin(async (admin) => {
        await removeTopics(admin, [workerTopic, replyTopic]);
        await admin.deleteGroups(this.groups).catch(() => undefined);
      })
      .catch(() => undefined);
  }

  #material(marks: Marks, readings: Readings): Material {
    const processes = this.participants.map((participant) => participant.history());
    return { processes, marks, readings, excuses: this.excuses };
  }

  async #untilSteady(): Promise<void> {
    const end = now() + STEADY_TIMEOUT_MS;
    this.#loadFrom = now();
    for (;;) {
      await sleep(POLL_MS);
      const until = now();
      const { requests } = factsOf({ processes: this.participants.map((participant) => participant.history()) });
      const isGood = goodSeconds(requests.values(), STEADY_SHARE);
      // Requests that failed or waited while processes were still joining are not counted: the steady time begins
      // afterwards.
      const latest = until - SECOND;
      if (!isGood(latest)) this.#loadFrom = until;
      else if (latest - this.#loadFrom >= measures.steadyMs) return;
      if (until > end) {
        const processes = this.participants.map((participant) => participant.history());
        throw new NotSteady(STEADY_TIMEOUT_MS / 1_000, starvedShare({ processes }));
      }
    }
  }

  /** Waits until everything that was acknowledged is committed. */
  async #settle(): Promise<void> {
    const end = now() + SETTLE_MS;
    while (now() < end) {
      const lag = await this.#lag().catch(() => undefined);
      if (lag === 0) return;
      await sleep(250);
    }
  }

  #lag(): Promise<number | undefined> {
    return this.place.withAdmin((admin) => lagOf(admin, this.groups[0]!, this.names.workerTopic));
  }

  async #read(patience: number): Promise<Readings> {
    const membersLeft = await this.place.withAdmin((admin) => groupMembers(admin, this.groups, patience));
    const lag = await this.#lag();
    const records =
      this.isReadable && this.#stage.client === 'ours' ? await readRecords(this.place, this.names) : new Map();
    return { membersLeft, lag, records, planted: this.planted };
  }
}

const nothingRead: Readings = { membersLeft: {}, lag: undefined, records: new Map(), planted: [] };
