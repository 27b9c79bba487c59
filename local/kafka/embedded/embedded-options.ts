import type { Deadline } from '../../../src/base/deadline.js';
import type { Environment } from '../context.js';
import type { JvmOptions } from './jvm.js';
import type { ExtraListener, ScramUser } from './listeners.js';
import type { LoggerOverride } from './logging.js';

/** The options of an embedded Kafka. All have defaults: `startEmbedded()` starts one broker. */
export interface EmbeddedOptions {
  /** For example 3.9.1. @default `KAFKA_VERSION` in `env`, or in `.env` */
  version?: string | undefined;
  /** 1 to 3; ids count from 1. @default 1 */
  nodes?: number | undefined;
  /** Server properties of every node; they take precedence. */
  properties?: Readonly<Record<string, string>> | undefined;
  /** Listeners in addition to the plain-text one. */
  listeners?: readonly ExtraListener[] | undefined;
  /** Users for SCRAM listeners. */
  scramUsers?: readonly ScramUser[] | undefined;
  jvm?: JvmOptions | undefined;
  /** Other levels for Kafka's loggers, optionally in separate files. */
  loggers?: readonly LoggerOverride[] | undefined;
  /** Fixed ports of the plain-text listener, one per node. @default free ones */
  ports?: readonly number[] | undefined;
  /** @default a random one */
  clusterId?: string | undefined;
  /** The environment. @default process.env */
  env?: Environment | undefined;
  /** Time and signal for the whole start, including downloads. @default 180 s */
  deadline?: Deadline | undefined;
  /** Called with what is waited for, as short phrases without a full stop. */
  onProgress?: ((sentence: string) => void) | undefined;
}

/** One node of a running cluster. */
export interface EmbeddedNode {
  id: number;
  /** `host:port` of its plain-text listener. */
  broker: string;
  /** `host:port` of its other listeners, by name. */
  listeners: Readonly<Record<string, string>>;
  /** Process id of its JVM; undefined while it is stopped. */
  pid: number | undefined;
  logFile: string;
  /** Paths of the log files of loggers with a separate file, by the logger's name. */
  logFiles: Readonly<Record<string, string>>;
}

/** A real Kafka that this process started and that ends with it. */
export interface EmbeddedKafka extends AsyncDisposable {
  /** `host:port` of every node's plain-text listener. */
  readonly brokers: readonly string[];
  /** The process ids of the running nodes. */
  readonly pids: readonly number[];
  readonly version: string;
  readonly clusterId: string;
  readonly nodes: readonly EmbeddedNode[];
  /** The temporary folder with data and logs; deleted by dispose. */
  readonly folder: string;
  /** `host:port` of every node's listener of this name, for clients that must not use the plain-text one. */
  brokersOf(listener: string): readonly string[];
  /** Asks a node to stop (SIGTERM) and waits until it has stopped; it first hands over its partitions. */
  stopNode(id: number, deadline?: Deadline): Promise<void>;
  /** Kills a node, like a crash. */
  killNode(id: number): Promise<void>;
  /**
   * Starts a stopped node again with the same ports and data, and waits until it is ready. After `killNode`, this takes
   * until its old registration has expired: `broker.session.timeout.ms`, 9 s by default.
   */
  startNode(id: number, deadline?: Deadline): Promise<void>;
  /** SIGSTOP suspends a node, and SIGCONT resumes it. */
  signalNode(id: number, signal: NodeJS.Signals): void;
  /** The last lines of a node's log. */
  logTail(id: number, lines?: number): Promise<string>;
  /** Ends all nodes and removes their data. Idempotent. */
  [Symbol.asyncDispose](): Promise<void>;
}
