import { pathToFileURL } from 'node:url';
import type { KafkaVersion } from '../program/version.js';

/** Different settings for one of Kafka's loggers. */
export interface LoggerOverride {
  /** `kafka.authorizer.logger`, `kafka.request.logger`, or any class name. */
  name: string;
  level: 'OFF' | 'ERROR' | 'WARN' | 'INFO' | 'DEBUG' | 'TRACE';
  /** Writes to a separate file instead of the broker's log. @default false */
  ownFile?: boolean | undefined;
}

const PATTERN = '[%d] %p %m (%c)%n';

/** The log file of an override on this node. */
export function ownLogFile(folder: string, logger: string, nodeId: number): string {
  return `${folder}/${logger.replaceAll(/[^\w.-]/g, '_')}-${nodeId}.log`;
}

/** Everything at INFO to standard output, which the watchdog writes to the node's log, and the given overrides. */
export function loggingConfig(
  version: KafkaVersion,
  overrides: readonly LoggerOverride[],
  fileOf: (logger: string) => string,
): string {
  const entries = version.major < 4 ? log4j1(overrides, fileOf) : log4j2(overrides, fileOf);
  return `${entries.join('\n')}\n`;
}

/** The JVM option that makes Kafka's logging library read that configuration. */
export function loggingFlag(version: KafkaVersion, configFile: string): string {
  const url = pathToFileURL(configFile).href;
  return version.major < 4 ? `-Dlog4j.configuration=${url}` : `-Dlog4j2.configurationFile=${url}`;
}

function log4j1(overrides: readonly LoggerOverride[], fileOf: (logger: string) => string): string[] {
  const layout = (appender: string): string[] => [
    `log4j.appender.${appender}.layout=org.apache.log4j.PatternLayout`,
    `log4j.appender.${appender}.layout.ConversionPattern=${PATTERN}`,
  ];
  return [
    'log4j.rootLogger=INFO, out',
    'log4j.appender.out=org.apache.log4j.ConsoleAppender',
    ...layout('out'),
    ...overrides.flatMap(({ name, level, ownFile }, i) =>
      ownFile === true
        ? [
            `log4j.logger.${name}=${level}, own${i}`,
            `log4j.additivity.${name}=false`,
            `log4j.appender.own${i}=org.apache.log4j.FileAppender`,
            `log4j.appender.own${i}.File=${fileOf(name)}`,
            ...layout(`own${i}`),
          ]
        : [`log4j.logger.${name}=${level}`],
    ),
  ];
}

function log4j2(overrides: readonly LoggerOverride[], fileOf: (logger: string) => string): string[] {
  const appender = (id: string, type: string): string[] => [
    `appender.${id}.type=${type}`,
    `appender.${id}.name=${id}`,
    `appender.${id}.layout.type=PatternLayout`,
    `appender.${id}.layout.pattern=${PATTERN}`,
  ];
  return [
    'status=error',
    ...appender('out', 'Console'),
    'rootLogger.level=info',
    'rootLogger.appenderRef.out.ref=out',
    ...overrides.flatMap(({ name, level, ownFile }, i) => [
      `logger.own${i}.name=${name}`,
      `logger.own${i}.level=${level.toLowerCase()}`,
      ...(ownFile === true
        ? [
            `logger.own${i}.additivity=false`,
            `logger.own${i}.appenderRef.own.ref=own${i}`,
            ...appender(`own${i}`, 'File'),
            `appender.own${i}.fileName=${fileOf(name)}`,
          ]
        : []),
    ]),
  ];
}
