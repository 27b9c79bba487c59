import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../kafka/context.js';
import type { KafkaVersion } from '../kafka/program/version.js';

/**
 * The folder for files that all checkouts share: Kafka's jars, formatted storage, class-data archives, the record of
 * the brokers that `kafka up` started, logs of failed starts. `EASY_PUBSUB_CACHE`, or `$XDG_CACHE_HOME/easy-pubsub`, or
 * `~/.cache/easy-pubsub`. After it is deleted, the jars are downloaded again.
 */
export function cacheFolder(env: Environment): string {
  const own = env['EASY_PUBSUB_CACHE'];
  if (own) return own;
  const xdg = env['XDG_CACHE_HOME'];
  // Without HOME, the home folder in the system's user database is used.
  return join(xdg ? xdg : join(env['HOME'] ? env['HOME'] : homedir(), '.cache'), 'easy-pubsub');
}

/** The part of the cache that belongs to one Kafka version. */
export function versionFolder(env: Environment, version: KafkaVersion): string {
  return join(cacheFolder(env), 'kafka', version.text);
}

/** The parent of folders that are deleted at the end. */
export function temporaryFolder(env: Environment): string {
  return env['TMPDIR'] ? env['TMPDIR'] : tmpdir();
}
