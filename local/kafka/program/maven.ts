import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pubsub_error } from '../../../src/base/error.js';
import { findOnPath, isExecutable } from '../../os/commands.js';
import type { Environment, Missing, StartContext } from '../context.js';
import { runLogged, tail } from '../../os/run-logged.js';
import type { KafkaVersion } from './version.js';

/** One artifact of Maven Central. */
export interface Artifact {
  group: string;
  name: string;
  version: string;
}

/** Pinned, so that the jars do not change, and so that no look-up of "the newest" needs the network. */
const DEPENDENCY_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';

/** The `mvn` program, or why there is none. */
export function findMaven(env: Environment): string | Missing {
  for (const key of ['MAVEN_HOME', 'M2_HOME']) {
    const home = env[key];
    if (home) {
      const path = join(home, 'bin', 'mvn');
      if (isExecutable(path)) return path;
    }
  }
  return findOnPath('mvn', env) ?? { missing: 'no mvn (Maven) is on the PATH' };
}

/**
 * Copies artifacts and their run-time dependencies to a folder, from Maven's local repository, or from the repositories
 * that Maven is configured to use.
 *
 * @throws pubsub_error `kafka_unavailable` with Maven's output
 */
export async function copyJars(
  artifacts: readonly Artifact[],
  folder: string,
  options: { context: StartContext; maven: string; version: KafkaVersion; workFolder: string },
): Promise<void> {
  const { context, workFolder, version } = options;
  const pom = join(workFolder, 'pom.xml');
  const logFile = join(workFolder, 'maven.log');
  await writeFile(pom, pomOf(artifacts));
  const what = `Maven to download the jars of Kafka ${version.text}`;
  const end = await runLogged(context, {
    file: options.maven,
    args: [
      '--batch-mode',
      '-Dstyle.color=never',
      '-f',
      pom,
      `${DEPENDENCY_PLUGIN}:copy-dependencies`,
      '-DincludeScope=runtime',
      `-DoutputDirectory=${folder}`,
    ],
    cwd: workFolder,
    logFile,
    what: `the end of the download of the jars of Kafka ${version.text} by Maven`,
    onLog: (log) => {
      const jars = log.match(/^.*Downloaded from .*\.jar /gm)?.length ?? 0;
      context.onProgress(jars === 0 ? what : `${what}: ${jars} downloaded`);
    },
  });
  if (end.exitCode === 0) return;
  const log = await readFile(logFile, 'utf8').catch(() => '');
  throw new pubsub_error(
    'kafka_unavailable',
    'local_kafka',
    `Maven could not download the jars of Kafka ${version.text}`,
    {
      hint: `${hintFor(log, version)}\n${tail(errorLines(log), 8)}`,
      details: { exit_code: end.exitCode, kafka_version: version.text },
    },
  );
}

function hintFor(log: string, version: KafkaVersion): string {
  if (/Could not find artifact org\.apache\.kafka:/.test(log)) {
    return `Kafka ${version.text} may not exist. Look up the versions of org.apache.kafka:kafka_2.13 and set KAFKA_VERSION. Maven printed:`;
  }
  return 'Check that Maven can reach its repository (network, proxy, or a mirror in ~/.m2/settings.xml), or use Docker. Maven printed:';
}

/** Maven ends every failure with the same advice about its options; the error is before it. */
function errorLines(log: string): string {
  const lines = log
    .split('\n')
    .filter((line) => /^\[ERROR\] \S/.test(line) && !/re-run Maven|following articles|\[Help \d\] http/i.test(line));
  return lines.length === 0 ? log : lines.join('\n');
}

export function pomOf(artifacts: readonly Artifact[]): string {
  const dependencies = artifacts.map(
    ({ group, name, version }) =>
      `    <dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId>
  <artifactId>kafka-jars</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
${dependencies.join('\n')}
  </dependencies>
</project>
`;
}
