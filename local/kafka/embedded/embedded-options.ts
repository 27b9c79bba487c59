import type { Deadline } from '../../../src/base/deadline.js';
import type { Environment } from '../context.js';
import type { JvmOptions } from './jvm.js';
import type { ExtraListener, ScramUser } from './listeners.js';
import type { LoggerOverride } from './logging.js';

/** What an embedded Kafka is to be. Everything has a default: `startEmbedded()` gives one ready broker. */
export interface EmbeddedOptions {
  /** As 3.9.1. @default `KAFKA_VERSION` in `env`, else in `.env` */
  version?: string | undefined;
  /** 1 to 3; ids count from 1. @default 1 */
  nodes?: number | undefined;
  /** Server properties of every node; they win over ours. */
  properties?: Readonly<Record<string, string>> | undefined;
  /** Listeners beside the plain one. */
  listeners?: readonly ExtraListener[] | undefined;
  /** Users for SCRAM listeners. */
  scramUsers?: readonly ScramUser[] | undefined;
  jvm?: JvmOptions | undefined;
  /** Kafka's loggers at other levels, in files of their own where wanted. */
  loggers?: readonly LoggerOverride[] | undefined;
  /** Fixed ports of the plain listener, one per node. @default free ones */
  ports?: readonly number[] | undefined;
  /** @default a random one */
  clusterId?: string | undefined;
  /** Variables to look at. @default process.env */
  env?: Environment | undefined;
  /** Time and signal for the whole start, downloads included. @default 180 s */
  deadline?: Deadline | undefined;
  /** Told what is waited for, as short sentences without a full stop. */
  onProgress?: ((sentence: string) => void) | undefined;
}

/** One node of a running cluster. */
export interface EmbeddedNode {
  id: number;
  /** `host:port` of its plain listener. */
  broker: string;
  /** `host:port` that it listens on, by the name of the extra listener. */
  listeners: Readonly<Record<string, string>>;
  /** Process id of its JVM; undefined while it is stopped. */
  pid: number | undefined;
  logFile: string;
  /** Paths of the loggers that have files of their own, by the logger's name. */
  logFiles: Readonly<Record<string, string>>;
}

/** A real Kafka that we started and that ends with us. */
export interface EmbeddedKafka extends AsyncDisposable {
  /** `host:port` of every node's plain listener. */
  readonly brokers: readonly string[];
  /** Of the nodes that run. */
  readonly pids: readonly number[];
  readonly version: string;
  readonly clusterId: string;
  readonly nodes: readonly EmbeddedNode[];
  /** The temporary folder that holds data and logs; gone after dispose. */
  readonly folder: string;
  /** `host:port` of every node's listener of that name, for clients that are not to use the plain one. */
  brokersOf(listener: string): readonly string[];
  /** Asks a node to stop (SIGTERM) and waits until it has; it hands its partitions over first. */
  stopNode(id: number, deadline?: Deadline): Promise<void>;
  /** Ends a node at once, as a crash would. */
  killNode(id: number): Promise<void>;
  /**
   * Starts a stopped node again, same ports, same data, and waits until it is ready. After `killNode` this takes until
   * its old registration has expired: `broker.session.timeout.ms`, 9 s unless `properties` says otherwise.
   */
  startNode(id: number, deadline?: Deadline): Promise<void>;
  /** SIGSTOP and SIGCONT make a node hang and go on. */
  signalNode(id: number, signal: NodeJS.Signals): void;
  /** The last lines of a node's log. */
  logTail(id: number, lines?: number): Promise<string>;
  /** Ends all nodes and removes their data. Idempotent. */
  [Symbol.asyncDispose](): Promise<void>;
}
