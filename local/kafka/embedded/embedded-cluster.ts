import { join } from 'node:path';
import { Deadline } from '../../../src/base/deadline.js';
import { pubsub_error } from '../../../src/base/error.js';
import type { BrokerNode } from './broker-node.js';
import { keepClassData, type ClassData } from './class-data.js';
import type { EmbeddedKafka, EmbeddedNode } from './embedded-options.js';
import { waitUntilReady } from '../readiness.js';
import { tail } from '../../os/run-logged.js';
import type { Watchdog } from '../../os/watchdog.js';

/** The prepared parts of a start. */
export interface ClusterParts {
  version: string;
  clusterId: string;
  folder: string;
  nodes: readonly BrokerNode[];
  watchdog: Watchdog;
  classData: ClassData;
  /** The final place of the archive that the first node may be recording. */
  classDataFile: string;
  /** The signal of the start: after it is aborted, dispose must be fast. */
  signal: AbortSignal | undefined;
}

const NODE_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 40_000;

/** The file in the cluster's folder to which the first broker's JVM writes its class data. */
export function recordedClassData(folder: string): string {
  return join(folder, 'class-data.jsa');
}

/** Running nodes with one owner. */
export class EmbeddedCluster implements EmbeddedKafka {
  readonly version: string;
  readonly clusterId: string;
  readonly folder: string;
  readonly nodes: readonly EmbeddedNode[];
  readonly #parts: ClusterParts;
  #disposed: Promise<void> | undefined;
  #wasReady = false;

  constructor(parts: ClusterParts) {
    this.#parts = parts;
    this.version = parts.version;
    this.clusterId = parts.clusterId;
    this.folder = parts.folder;
    this.nodes = parts.nodes;
  }

  get brokers(): readonly string[] {
    return this.nodes.map(({ broker }) => broker);
  }

  get pids(): readonly number[] {
    return this.nodes.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  brokersOf(listener: string): readonly string[] {
    return this.nodes.map((node) => {
      const address = node.listeners[listener];
      if (address === undefined) throw new RangeError(`this Kafka has no listener ${listener}`);
      return address;
    });
  }

  /** Starts all nodes and waits until the cluster is ready. */
  async launch(deadline: Deadline): Promise<void> {
    await Promise.all(this.#parts.nodes.map((node) => node.launch(this.#classDataFlags(node.id))));
    await this.#ready(this.#parts.nodes, deadline, { nodes: this.nodes.length });
    this.#wasReady = true;
  }

  async startNode(id: number, deadline = new Deadline(NODE_TIMEOUT_MS)): Promise<void> {
    const node = this.#node(id);
    await node.launch(this.#classDataFlags(id));
    await this.#ready([node], deadline, { nodeId: id });
  }

  async stopNode(id: number, deadline = new Deadline(STOP_TIMEOUT_MS)): Promise<void> {
    await this.#node(id).stop(deadline);
  }

  async killNode(id: number): Promise<void> {
    await this.#node(id).kill();
  }

  signalNode(id: number, signal: NodeJS.Signals): void {
    this.#node(id).signal(signal);
  }

  async logTail(id: number, lines = 40): Promise<string> {
    return tail(await this.#node(id).log(), lines);
  }

  /** The file of the class data that this cluster may be recording, and its final place. */
  get classDataFiles(): { recorded: string; archive: string } {
    return { recorded: recordedClassData(this.folder), archive: this.#parts.classDataFile };
  }

  /** Releases the cluster: nodes and folder remain; this object and its watchdog end. */
  async release(): Promise<void> {
    this.#disposed ??= this.#parts.watchdog.forget();
    await this.#disposed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed ??= this.#end();
    await this.#disposed;
  }

  /**
   * The data is deleted with the brokers, so an orderly shutdown is not needed: the watchdog kills them immediately.
   */
  async #end(): Promise<void> {
    const { classData, classDataFile, nodes, signal, watchdog } = this.#parts;
    try {
      const first = nodes[0];
      if (classData.mode === 'recorded' && this.#wasReady && signal?.aborted !== true && first?.pid !== undefined) {
        // The exception: a JVM writes its class data only when it exits normally.
        await first.stop(new Deadline(STOP_TIMEOUT_MS));
        await keepClassData(recordedClassData(this.folder), classDataFile);
      }
    } finally {
      await watchdog.close();
    }
  }

  /** Waits for readiness, or for the end of one of the nodes that are starting. */
  async #ready(
    starting: readonly BrokerNode[],
    deadline: Deadline,
    options: { nodes?: number; nodeId?: number },
  ): Promise<void> {
    const given = new AbortController();
    const signals = [given.signal, ...(deadline.signal === undefined ? [] : [deadline.signal])];
    const own = new Deadline(deadline.remainingMs(), AbortSignal.any(signals));
    const ready = waitUntilReady(
      starting.map(({ broker }) => broker),
      own,
      options,
    );
    try {
      await Promise.race([ready, ...starting.map((node) => node.failure())]);
    } finally {
      given.abort();
      await ready.catch(() => undefined);
    }
  }

  /** One node records; several would write the same file. */
  #classDataFlags(id: number): readonly string[] {
    const { classData } = this.#parts;
    return classData.mode === 'recorded' && id !== 1 ? [] : classData.flags;
  }

  #node(id: number): BrokerNode {
    const node = this.#parts.nodes.find((candidate) => candidate.id === id);
    if (node === undefined) {
      throw new pubsub_error('argument_invalid', 'local_kafka', `there is no node ${id}`, {
        hint: `This Kafka has the nodes ${this.nodes.map((known) => known.id).join(', ')}.`,
      });
    }
    return node;
  }
}
