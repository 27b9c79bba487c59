import { rm } from 'node:fs/promises';
import { Deadline } from '../../../src/base/deadline.js';
import { pubsub_error } from '../../../src/base/error.js';
import { BrokerNode } from './broker-node.js';
import { temporaryFolder } from '../../os/cache.js';
import { classDataFile, classDataFlags, dropClassData } from './class-data.js';
import { isMissing, type StartContext } from '../context.js';
import { EmbeddedCluster, recordedClassData } from './embedded-cluster.js';
import type { EmbeddedKafka, EmbeddedOptions } from './embedded-options.js';
import { keepFailedLogs } from './failed-logs.js';
import { ensureJars } from '../program/jars.js';
import { findJava, type Java } from '../program/java.js';
import { quickFlags } from './jvm.js';
import { freePorts, isFree } from '../../os/ports.js';
import { serverProperties, type NodePorts } from './properties.js';
import { tail } from '../../os/run-logged.js';
import { copyStorage, ensureTemplate, newKafkaId } from './storage-template.js';
import { parseKafkaVersion, readKafkaVersion, type KafkaVersion } from '../program/version.js';
import { Watchdog } from '../../os/watchdog.js';

const START_TIMEOUT_MS = 180_000;
/**
 * A free port may be taken before a broker binds it; if this happens several times in a row, there is another cause.
 */
const ATTEMPTS = 5;

/**
 * Starts a real Apache Kafka from Maven's jars on the installed Java, on the loopback interface, and resolves when it
 * is ready. It ends when it is disposed, and when this process ends for any reason.
 *
 * @example
 * await using kafka = await startEmbedded({ version: '3.9.1' });
 * console.log(kafka.brokers);
 *
 * @throws pubsub_error `kafka_unavailable` (no Java, no Maven, a failed start, with the last lines of the broker's
 *   log), `config_invalid` (the version), `argument_invalid`, `aborted`
 */
export async function startEmbedded(options: EmbeddedOptions = {}): Promise<EmbeddedKafka> {
  return startCluster(options, temporaryFolder(options.env ?? process.env));
}

/** The same with a given parent folder, because a broker that continues to run must not be in a temporary folder. */
export async function startCluster(options: EmbeddedOptions, parentFolder: string): Promise<EmbeddedCluster> {
  const env = options.env ?? process.env;
  const deadline = options.deadline ?? new Deadline(START_TIMEOUT_MS);
  const version =
    options.version === undefined ? readKafkaVersion(env) : parseKafkaVersion(options.version, 'The version');
  checkOptions(options);
  const java = await findJava(env, deadline.signal);
  if (isMissing(java)) {
    throw new pubsub_error('kafka_unavailable', 'local_kafka', `Kafka needs Java 17 or newer, but ${java.missing}`, {
      hint: 'Install Java 17 or later (in JAVA_HOME or on the PATH), or Docker.',
    });
  }
  const onProgress = onceEach(options.onProgress);
  const watchdog = await Watchdog.start();
  try {
    const context: StartContext = { env, deadline, onProgress, watchdog };
    return await new Start(context, options, version, java, parentFolder).run();
  } catch (error) {
    await watchdog.close();
    if (deadline.signal?.aborted) {
      deadline.check({ stage: 'local_kafka', what: `Kafka ${version.text} to start` });
    }
    throw error;
  }
}

/** One start: decisions that are made once, and several attempts if ports are taken. */
class Start {
  constructor(
    private readonly context: StartContext,
    private readonly options: EmbeddedOptions,
    private readonly version: KafkaVersion,
    private readonly java: Java,
    private readonly parentFolder: string,
  ) {}

  async run(): Promise<EmbeddedCluster> {
    const { context, version, java, options } = this;
    const classPath = await ensureJars(context, version, 'broker');
    const archive = classDataFile(context.env, version, java);
    const flags = [...quickFlags, ...classDataFlags(archive, undefined).flags];
    const scramUsers = options.scramUsers ?? [];
    const template = await ensureTemplate(context, { version, java, classPath, flags, scramUsers });
    for (let attempt = 1; ; attempt++) {
      const cluster = await this.#prepare(template, classPath, archive);
      try {
        context.onProgress(`Kafka ${version.text} to start`);
        await cluster.launch(context.deadline);
        return cluster;
      } catch (error) {
        await Promise.all(cluster.nodes.map(({ id }) => cluster.killNode(id)));
        if (attempt < ATTEMPTS && (await this.#isWorthAnother(cluster, error, archive))) {
          await rm(cluster.folder, { recursive: true, force: true });
          continue;
        }
        throw await this.#explained(cluster, error);
      }
    }
  }

  async #prepare(template: string, classPath: string, archive: string): Promise<EmbeddedCluster> {
    const { context, options, version, java } = this;
    const { env, watchdog } = context;
    const folder = await watchdog.folder(this.parentFolder, 'easy-pubsub-kafka-');
    const ports = await choosePorts(options);
    const clusterId = options.clusterId ?? newKafkaId();
    const nodes: BrokerNode[] = [];
    for (const own of ports) {
      const dataFolder = `${folder}/data-${own.id}`;
      await copyStorage(template, dataFolder, { nodeId: own.id, clusterId });
      const properties = serverProperties({
        version,
        nodeId: own.id,
        nodes: ports,
        dataFolder,
        listeners: options.listeners ?? [],
        overrides: options.properties ?? {},
      });
      const loggers = options.loggers ?? [];
      const jvm = options.jvm ?? {};
      nodes.push(
        new BrokerNode({ version, java, classPath, env, watchdog, folder, ports: own, properties, jvm, loggers }),
      );
    }
    return new EmbeddedCluster({
      version: version.text,
      clusterId,
      folder,
      nodes,
      watchdog,
      classData: classDataFlags(archive, recordedClassData(folder)),
      classDataFile: archive,
      signal: context.deadline.signal,
    });
  }

  /** A port that was taken in the meantime, or a class-data archive that crashes the JVM. */
  async #isWorthAnother(cluster: EmbeddedCluster, error: unknown, archive: string): Promise<boolean> {
    if (this.context.deadline.over || !pubsub_error.is(error)) return false;
    if (typeof error.details['signal'] === 'string' && error.details['signal'] !== 'SIGKILL') {
      await dropClassData(archive);
      return true;
    }
    const logs = await Promise.all(cluster.nodes.map(({ id }) => cluster.logTail(id, 200)));
    return this.options.ports === undefined && logs.some((log) => /Address already in use|BindException/.test(log));
  }

  async #explained(cluster: EmbeddedCluster, error: unknown): Promise<unknown> {
    if (!pubsub_error.is(error) || error.code === 'aborted') return error;
    const failedId = typeof error.details['node'] === 'number' ? error.details['node'] : 1;
    const said = await cluster.logTail(failedId, 400);
    const kept = await keepFailedLogs(this.context.env, cluster.folder);
    const where = kept === undefined ? 'Its log could not be kept.' : `Its logs are kept in ${kept}.`;
    return new pubsub_error('kafka_unavailable', 'local_kafka', error.raw_message, {
      cause: error.cause ?? error,
      hint: `${where} The last lines:\n${tail(errorLines(said), 12)}`,
      details: { ...error.details, logs: kept },
    });
  }
}

/** Steps check their state many times; only changes are reported. */
function onceEach(tell: ((sentence: string) => void) | undefined): (sentence: string) => void {
  let last: string | undefined;
  return (sentence) => {
    if (sentence !== last) tell?.(sentence);
    last = sentence;
  };
}

/** The lines with errors, if there are any, because the end of a broker's log is mostly its shutdown. */
function errorLines(log: string): string {
  const lines = log.split('\n');
  const first = lines.findIndex((line) => /\b(ERROR|FATAL|Exception|Error:)/.test(line));
  return first === -1 ? log : lines.slice(first, first + 12).join('\n');
}

function checkOptions({ nodes = 1, ports }: EmbeddedOptions): void {
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > 3) {
    throw new pubsub_error('argument_invalid', 'local_kafka', `an embedded Kafka has 1 to 3 nodes, not ${nodes}`);
  }
  if (ports !== undefined && ports.length !== nodes) {
    const sentence = `${nodes} nodes need ${nodes} ports, and ${ports.length} were given`;
    throw new pubsub_error('argument_invalid', 'local_kafka', sentence);
  }
}

async function choosePorts(options: EmbeddedOptions): Promise<NodePorts[]> {
  const nodes = options.nodes ?? 1;
  const listeners = options.listeners ?? [];
  const fixed = [...(options.ports ?? []), ...listeners.flatMap(({ ports }) => ports ?? [])];
  for (const port of fixed) if (!(await isFree(port))) throw portTaken(port);
  const free = (await freePorts(nodes * (2 + listeners.length) + fixed.length)).filter((port) => !fixed.includes(port));
  const take = (): number => free.pop() ?? 0;
  return Array.from({ length: nodes }, (_, i) => ({
    id: i + 1,
    plain: options.ports?.[i] ?? take(),
    controller: take(),
    extra: Object.fromEntries(listeners.map(({ name, ports }) => [name, ports?.[i] ?? take()])),
  }));
}

function portTaken(port: number): pubsub_error {
  return new pubsub_error(
    'kafka_unavailable',
    'local_kafka',
    `port ${port} of 127.0.0.1 is in use by another program`,
    {
      hint: 'Stop the program that uses the port, or choose another port.',
      details: { port },
    },
  );
}
