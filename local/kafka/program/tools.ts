import { Deadline } from '../../../src/base/deadline.js';
import { pubsub_error } from '../../../src/base/error.js';
import { runCommand, type CommandResult } from '../../os/commands.js';
import { isMissing, type Environment } from '../context.js';
import { ensureJars } from './jars.js';
import { findJava } from './java.js';
import { quickFlags } from '../embedded/jvm.js';
import { parseKafkaVersion, readKafkaVersion } from './version.js';
import { Watchdog } from '../../os/watchdog.js';

/** Kafka's commands, as in its release archive, without `kafka-` and `.sh`; if a class was moved, the newest first. */
const classes = {
  'console-consumer': ['org.apache.kafka.tools.consumer.ConsoleConsumer', 'kafka.tools.ConsoleConsumer'],
  'console-producer': ['org.apache.kafka.tools.ConsoleProducer', 'kafka.tools.ConsoleProducer'],
  'consumer-groups': ['org.apache.kafka.tools.consumer.group.ConsumerGroupCommand'],
  topics: ['org.apache.kafka.tools.TopicCommand'],
  'get-offsets': ['org.apache.kafka.tools.GetOffsetShell'],
  configs: ['org.apache.kafka.tools.ConfigCommand', 'kafka.admin.ConfigCommand'],
  acls: ['org.apache.kafka.tools.AclCommand', 'kafka.admin.AclCommand'],
  'dump-log': ['org.apache.kafka.tools.DumpLogSegments', 'kafka.tools.DumpLogSegments'],
  'metadata-quorum': ['org.apache.kafka.tools.MetadataQuorumCommand'],
  'producer-perf-test': ['org.apache.kafka.tools.ProducerPerformance'],
  'consumer-perf-test': ['org.apache.kafka.tools.ConsumerPerformance'],
  'end-to-end-latency': ['org.apache.kafka.tools.EndToEndLatency'],
} as const;

export type KafkaTool = keyof typeof classes;

export interface ToolRun {
  /** @default 60 s */
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
  /** Written to its standard input. */
  input?: string | undefined;
  /** Additional JVM options, such as `-Djava.security.…`. */
  jvmFlags?: readonly string[] | undefined;
  /** Jars in addition to Kafka's own, for example of a login. */
  classPath?: readonly string[] | undefined;
}

/** Kafka's own programs, to check the results of our client. */
export interface KafkaTools {
  /**
   * Runs a program with these arguments, and resolves with its output and exit code; rejects only if it cannot be run.
   */
  run(tool: KafkaTool, args: readonly string[], options?: ToolRun): Promise<CommandResult>;
}

export interface KafkaToolsOptions {
  /** @default `KAFKA_VERSION` */
  version?: string | undefined;
  /** @default process.env */
  env?: Environment | undefined;
  /** For the download, the first time. @default 180 s */
  deadline?: Deadline | undefined;
  onProgress?: ((sentence: string) => void) | undefined;
}

const BRING_TIMEOUT_MS = 180_000;
const RUN_TIMEOUT_MS = 60_000;

/**
 * Gets Kafka's command line classes (with Maven, then kept).
 *
 * @example
 * const tools = await kafkaTools();
 * const { stdout } = await tools.run('consumer-groups', ['--bootstrap-server', broker, '--describe', '--group', 'g']);
 */
export async function kafkaTools(options: KafkaToolsOptions = {}): Promise<KafkaTools> {
  const env = options.env ?? process.env;
  const deadline = options.deadline ?? new Deadline(BRING_TIMEOUT_MS);
  const version =
    options.version === undefined ? readKafkaVersion(env) : parseKafkaVersion(options.version, 'The version');
  const java = await findJava(env, deadline.signal);
  if (isMissing(java)) {
    throw new pubsub_error(
      'kafka_unavailable',
      'local_kafka',
      `Kafka's tools need Java 17 or newer, but ${java.missing}`,
    );
  }
  const watchdog = await Watchdog.start();
  let classPath: string;
  try {
    const onProgress = options.onProgress ?? ((): void => undefined);
    classPath = await ensureJars({ env, deadline, onProgress, watchdog }, version, 'tools');
  } finally {
    await watchdog.close();
  }
  return {
    run: async (tool, args, run = {}) => {
      for (const name of classes[tool]) {
        // Their logging is off, so that standard output has only the output of the tool.
        const flags = [...quickFlags, '-Dorg.apache.logging.log4j.level=OFF', ...(run.jvmFlags ?? [])];
        const jars = [classPath, ...(run.classPath ?? [])].join(':');
        const result = await runCommand(java.path, [...flags, '-cp', jars, name, ...args], {
          env,
          timeoutMs: run.timeoutMs ?? RUN_TIMEOUT_MS,
          signal: run.signal,
          input: run.input,
        });
        if (!result.stderr.includes('Could not find or load main class')) return result;
      }
      throw new pubsub_error('internal', 'local_kafka', `Kafka ${version.text} has no tool ${tool}`);
    },
  };
}
