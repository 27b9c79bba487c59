import type { KafkaVersion } from '../program/version.js';
import { loggingFlag } from './logging.js';

/** How a broker's JVM is to run. */
export interface JvmOptions {
  /** Heap limit in MiB. @default 512 */
  heapMb?: number | undefined;
  /**
   * Compile with the quick compiler only (`TieredStopAtLevel=1`): starts faster, uses less CPU in a short life, and
   * has a lower top speed. Benchmarks turn it off. @default true
   */
  quickCompiler?: boolean | undefined;
  /** Further options, `-XX:…` and the like; they come last. */
  flags?: readonly string[] | undefined;
  /** Without `-D`. */
  systemProperties?: Readonly<Record<string, string>> | undefined;
}

/** What makes any short Java run of ours quicker. */
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
    // A broker out of memory limps on and answers no one; better it ends, and says so.
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
