import type { KafkaVersion } from '../program/version.js';
import { loggingFlag } from './logging.js';

/** The options of a broker's JVM. */
export interface JvmOptions {
  /** Heap limit in MiB. @default 512 */
  heapMb?: number | undefined;
  /**
   * Use only the first compiler (`TieredStopAtLevel=1`): the broker starts faster and uses less CPU in a short run, but
   * has a lower maximum throughput. Benchmarks turn this off. @default true
   */
  quickCompiler?: boolean | undefined;
  /** Further options, `-XX:…` and the like; they come last. */
  flags?: readonly string[] | undefined;
  /** Without `-D`. */
  systemProperties?: Readonly<Record<string, string>> | undefined;
}

/** Options that make short runs of Java faster. */
export const quickFlags = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Djava.awt.headless=true'] as const;

export interface BrokerCommand {
  version: KafkaVersion;
  classPath: string;
  classDataFlags: readonly string[];
  loggingConfig: string;
  serverProperties: string;
}

/** The arguments of `java` that run one broker. */
export function brokerArguments(command: BrokerCommand, options: JvmOptions): string[] {
  const systemProperties = Object.entries(options.systemProperties ?? {}).map(([key, value]) => `-D${key}=${value}`);
  return [
    `-Xmx${options.heapMb ?? 512}m`,
    '-XX:+UseSerialGC',
    ...(options.quickCompiler === false ? [] : ['-XX:TieredStopAtLevel=1']),
    // A broker without memory would continue without answering; with this option it exits with an error.
    '-XX:+ExitOnOutOfMemoryError',
    '-Djava.awt.headless=true',
    ...command.classDataFlags,
    loggingFlag(command.version, command.loggingConfig),
    ...systemProperties,
    ...(options.flags ?? []),
    '-cp',
    command.classPath,
    'kafka.Kafka',
    command.serverProperties,
  ];
}
