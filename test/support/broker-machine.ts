import { findEngine } from '../../local/kafka/compose/compose.js';
import { runCommand } from '../../local/os/commands.js';
import { isMissing } from '../../local/kafka/context.js';
import { findJava } from '../../local/kafka/program/java.js';
import { findMaven } from '../../local/kafka/program/maven.js';
import { readKafkaVersion } from '../../local/kafka/program/version.js';
import type { SkipReason } from './skips.js';

/** Why this machine cannot run an embedded Kafka; undefined if it can. */
export async function embeddedSkip(): Promise<SkipReason | undefined> {
  const possible = !isMissing(await findJava(process.env)) && typeof findMaven(process.env) === 'string';
  return possible ? undefined : 'no-embedded-kafka';
}

/** Why this machine cannot run the compose file; undefined if it can. */
export async function composeSkip(): Promise<SkipReason | undefined> {
  const engine = await findEngine(process.env);
  if (isMissing(engine)) return 'no-docker-engine';
  const image = `apache/kafka:${readKafkaVersion(process.env).text}`;
  const found = await runCommand(engine.docker, ['image', 'inspect', image], { env: process.env, timeoutMs: 10_000 });
  return found.exitCode === 0 ? undefined : 'no-kafka-image';
}
