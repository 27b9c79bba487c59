import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../kafka/context.js';
import type { KafkaVersion } from '../kafka/program/version.js';

/**
 * Where what outlives a checkout is kept: Kafka's jars, formatted storage, class-data archives, the list of brokers
 * that `kafka up` started, logs of failed starts. `EASY_PUBSUB_CACHE`, else `$XDG_CACHE_HOME/easy-pubsub`, else
 * `~/.cache/easy-pubsub`. Deleting it costs a download, and nothing else.
 */
export function cacheFolder(env: Environment): string {
  const own = env['EASY_PUBSUB_CACHE'];
  if (own) return own;
  const xdg = env['XDG_CACHE_HOME'];
  // Without HOME (a bare environment) the system's own record of the user's home serves.
  return join(xdg ? xdg : join(env['HOME'] ? env['HOME'] : homedir(), '.cache'), 'easy-pubsub');
}

/** The part of the cache that belongs to one Kafka version. */
export function versionFolder(env: Environment, version: KafkaVersion): string {
  return join(cacheFolder(env), 'kafka', version.text);
}

/** Where folders go that do not outlive us. */
export function temporaryFolder(env: Environment): string {
  return env['TMPDIR'] ? env['TMPDIR'] : tmpdir();
}
