import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Deadline } from '../src/base/deadline.js';
import { Parts } from '../local/os/parts.js';
import { config } from '../src/index.js';
import { createTopics, deleteTopics } from '../src/kafka/admin/create-topics.js';
import { kafkaConnection } from '../src/pubsub/kafka-connection.js';
import { ticksOf, TICKS_PER_SECOND } from './load.js';
import type { PeerInput, PeerName } from './peer.js';
import type { Role, RunResult, Usage } from './peer-child.js';
import { PeerProcess } from './peer-process.js';

export interface Setup {
  readonly brokers: readonly string[];
  readonly brokerPids: readonly number[];
  /** The length of each phase. */
  readonly seconds: number;
  /** The Node that runs the peers. @default the one that runs this */
  readonly node?: string;
}

/** What stays the same during the phases of a measurement. */
export interface Conditions {
  readonly payloadBytes: number;
  /** Of each of the two topics. */
  readonly partitions: number;
  /** Requesters of one group, each a process. */
  readonly requesters: number;
  readonly replicationFactor: number;
}

export const usual: Conditions = { payloadBytes: 300, partitions: 6, requesters: 1, replicationFactor: 1 };

/** What changes from phase to phase. */
export interface Load {
  readonly inFlight: number;
  /** Enough paths: requests in flight rarely share one. One path: a hot key. */
  readonly paths: number;
}

export interface Phase extends RunResult {
  /** Of all processes of the peer, microseconds. */
  readonly cpuUs: number;
  readonly brokerCpuUs: number;
}

const DRAIN_MS = 60_000;

/** New topics and processes of one peer: one side that sends, and one that receives. */
export class Stage implements AsyncDisposable {
  readonly #setup: Setup;
  readonly #topics: readonly string[];
  /** In the order in which they were created; they end in the reverse order. */
  readonly #parts = new Parts();
  #senders: PeerProcess[] = [];
  #receiver!: PeerProcess;

  private constructor(setup: Setup, topics: readonly string[]) {
    this.#setup = setup;
    this.#topics = topics;
  }

  static async start(
    peer: PeerName,
    roles: { readonly sends: Role; readonly receives: Role },
    setup: Setup,
    conditions: Conditions = usual,
  ): Promise<Stage> {
    const workerTopic = `bench-${peer}-${randomUUID().slice(0, 8)}`;
    const replyTopic = `${workerTopic}.reply`;
    const stage = new Stage(setup, [workerTopic, replyTopic]);
    try {
      await stage.#createTopics(conditions);
      const payload = 'x'.repeat(conditions.payloadBytes);
      const input: PeerInput = { brokers: [...setup.brokers], workerTopic, replyTopic, payload };
      const start = async (role: Role, more: Partial<PeerInput> = {}): Promise<PeerProcess> => {
        return stage.#parts.add(await PeerProcess.start(role, peer, { ...input, ...more }, setup.node));
      };
      stage.#receiver = await start(roles.receives);
      for (let number = 0; number < conditions.requesters; number += 1)
        stage.#senders.push(await start(roles.sends, { requester: String(number) }));
      return stage;
    } catch (error) {
      return await stage.#parts.undo(error);
    }
  }

  /** Not measured: code is compiled, and connections are opened on both sides. */
  async warmUp(seconds: number, { inFlight, paths }: Load): Promise<void> {
    await Promise.all(this.#senders.map((sender) => sender.run(inFlight, seconds, paths)));
  }

  /** Keeps this load up for the time of a phase. The senders share it. */
  phase(load: Load): Promise<Phase> {
    return this.#measure(() => this.#run(load));
  }

  /** Sends frames one way for the time of a phase. The phase ends when all of them were received. */
  async oneWay(load: Load): Promise<Phase> {
    const before = await this.#receiver.received();
    return this.#measure(async () => {
      const startedAt = performance.now();
      const result = await this.#run(load);
      while ((await this.#receiver.received()) - before < result.count) {
        if (performance.now() - startedAt > DRAIN_MS) throw new Error('not every frame was received');
        await sleep(5);
      }
      return { ...result, seconds: (performance.now() - startedAt) / 1_000 };
    });
  }

  /** The processes of both sides. */
  get pids(): number[] {
    return [this.#receiver, ...this.#senders].map(({ pid }) => pid);
  }

  async usage(): Promise<{ sender: Usage; receiver: Usage }> {
    return { sender: await this.#senders[0]!.usage(), receiver: await this.#receiver.usage() };
  }

  /** Closes the clients of both sides. @returns milliseconds, of the slower side */
  async close(): Promise<number> {
    const senders = await Promise.all(this.#senders.map((sender) => sender.dispose()));
    return Math.max(...senders, await this.#receiver.dispose());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts[Symbol.asyncDispose]();
  }

  async #createTopics({ partitions, replicationFactor }: Conditions): Promise<void> {
    const connection = kafkaConnection(config.create({ connection: { brokers: [...this.#setup.brokers] } }));
    const specification = { partitions, replicationFactor, configs: {} };
    const topics = this.#topics.map((topic) => ({ topic, ...specification }));
    await createTopics(connection, topics, new Deadline(30_000));
    this.#parts.onStop(() =>
      deleteTopics(connection, [...this.#topics], new Deadline(10_000)).then(
        () => undefined,
        () => undefined,
      ),
    );
  }

  async #run({ inFlight, paths }: Load): Promise<RunResult> {
    const each = Math.max(1, Math.round(inFlight / this.#senders.length));
    const results = await Promise.all(this.#senders.map((sender) => sender.run(each, this.#setup.seconds, paths)));
    return {
      count: results.reduce((sum, { count }) => sum + count, 0),
      seconds: Math.max(...results.map(({ seconds }) => seconds)),
      p50Ms: Math.max(...results.map(({ p50Ms }) => p50Ms)),
      p99Ms: Math.max(...results.map(({ p99Ms }) => p99Ms)),
    };
  }

  async #measure(run: () => Promise<RunResult>): Promise<Phase> {
    const { brokerPids } = this.#setup;
    const cpu = async (): Promise<number> => {
      const all = await Promise.all([this.#receiver, ...this.#senders].map((one) => one.usage()));
      return all.reduce((sum, { cpuUs }) => sum + cpuUs, 0);
    };
    const brokerBefore = ticksOf(brokerPids);
    const before = await cpu();
    const result = await run();
    const cpuUs = (await cpu()) - before;
    return { ...result, cpuUs, brokerCpuUs: ((ticksOf(brokerPids) - brokerBefore) * 1_000_000) / TICKS_PER_SECOND };
  }
}
