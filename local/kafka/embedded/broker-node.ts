import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Deadline } from '../../../src/base/deadline.js';
import { pubsub_error } from '../../../src/base/error.js';
import type { Environment } from '../context.js';
import type { EmbeddedNode } from './embedded-options.js';
import type { Java } from '../program/java.js';
import { brokerArguments, type JvmOptions } from './jvm.js';
import { loggingConfig, ownLogFile, type LoggerOverride } from './logging.js';
import { HOST, propertiesText, type NodePorts } from './properties.js';
import { tail } from '../../os/run-logged.js';
import type { KafkaVersion } from '../program/version.js';
import type { Watchdog, WatchedProcess } from '../../os/watchdog.js';

export interface BrokerNodeOptions {
  version: KafkaVersion;
  java: Java;
  classPath: string;
  env: Environment;
  watchdog: Watchdog;
  folder: string;
  ports: NodePorts;
  properties: Readonly<Record<string, string>>;
  jvm: JvmOptions;
  loggers: readonly LoggerOverride[];
}

/** A node that has not stopped after this time is killed. */
const STOP_TIMEOUT_MS = 30_000;

/** The files of one broker, and its JVM, which may be stopped and started. */
export class BrokerNode implements EmbeddedNode {
  readonly id: number;
  readonly broker: string;
  readonly listeners: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly logFiles: Readonly<Record<string, string>>;
  readonly #options: BrokerNodeOptions;
  #process: WatchedProcess | undefined;

  constructor(options: BrokerNodeOptions) {
    const { ports, folder, loggers } = options;
    this.#options = options;
    this.id = ports.id;
    this.broker = `${HOST}:${ports.plain}`;
    this.listeners = Object.fromEntries(Object.entries(ports.extra).map(([name, port]) => [name, `${HOST}:${port}`]));
    this.logFile = join(folder, `node-${ports.id}.log`);
    this.logFiles = Object.fromEntries(
      loggers.filter(({ ownFile }) => ownFile).map(({ name }) => [name, ownLogFile(folder, name, ports.id)]),
    );
  }

  get pid(): number | undefined {
    return this.#process?.end === undefined ? this.#process?.pid : undefined;
  }

  /** Starts the JVM; the caller checks whether the broker becomes ready. */
  async launch(classDataFlags: readonly string[]): Promise<void> {
    if (this.pid !== undefined) throw new RangeError(`node ${this.id} is running already`);
    const { folder, version, properties, jvm, classPath, loggers, java, env, watchdog } = this.#options;
    const serverProperties = join(folder, `server-${this.id}.properties`);
    const loggingFile = join(folder, `logging-${this.id}.properties`);
    await writeFile(serverProperties, propertiesText(properties));
    await writeFile(
      loggingFile,
      loggingConfig(version, loggers, (name) => ownLogFile(folder, name, this.id)),
    );
    const command = { version, classPath, classDataFlags, loggingConfig: loggingFile, serverProperties };
    this.#process = await watchdog.run({
      file: java.path,
      args: brokerArguments(command, jvm),
      cwd: folder,
      env,
      logFile: this.logFile,
    });
  }

  /** Rejects when the JVM ends, with the end of its log; never resolves. */
  async failure(): Promise<never> {
    const end = await this.#process?.ended;
    const how = end?.signal ? `signal ${end.signal}` : `exit code ${end?.exitCode ?? 'unknown'}`;
    throw new pubsub_error(
      'kafka_unavailable',
      'local_kafka',
      `Kafka ${this.#options.version.text} (node ${this.id}) ended with ${how}`,
      { details: { node: this.id, exit_code: end?.exitCode, signal: end?.signal } },
    );
  }

  /** Asks it to stop and waits; kills it if it does not stop. */
  async stop(deadline?: Deadline): Promise<void> {
    const running = this.#process;
    if (running === undefined || running.end !== undefined) return;
    running.kill('SIGTERM');
    const timer = setTimeout(() => running.kill('SIGKILL'), STOP_TIMEOUT_MS);
    try {
      const subject = { stage: 'local_kafka' as const, what: `the end of node ${this.id} of Kafka` };
      await (deadline === undefined ? running.settled() : deadline.race(running.settled(), subject));
    } finally {
      clearTimeout(timer);
    }
  }

  async kill(): Promise<void> {
    this.#process?.kill('SIGKILL');
    await this.#process?.settled();
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  async log(): Promise<string> {
    return readFile(this.logFile, 'utf8').catch(() => '');
  }

  async logTail(lines: number): Promise<string> {
    return tail(await this.log(), lines);
  }
}
