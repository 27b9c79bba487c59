import { checkSections, filledGroups, filledTopics } from '../pubsub/config/check.js';
import type { config_input } from '../pubsub/config/config-input.js';
import { readEnvironment } from '../pubsub/config/environment.js';
import { configError, type ConfigProblem } from '../pubsub/config/problems.js';
import { settingRows } from '../pubsub/config/setting-rows.js';

/** The sections of a configuration that decide which rights its service needs. */
const sections = ['topics', 'groups', 'requester', 'producer'] as const;
export type ServiceInput = Pick<config_input, (typeof sections)[number]>;

/** A service as its policy sees it. A `config` is one. */
export interface ServiceSettings {
  readonly topics: {
    readonly worker: string;
    readonly reply_to: string;
    readonly reply_allowed: readonly string[];
    readonly dead_letter?: string | undefined;
  };
  readonly groups: { readonly worker: string; readonly reply_to: string };
  readonly requester: { readonly reply_mode: 'shared' | 'own' };
  readonly producer: { readonly allow_auto_topic_creation: boolean };
}

/** @throws pubsub_error `config_invalid` */
export function serviceSettings(input: ServiceInput): ServiceSettings {
  return checked(input, [], (path) => path);
}

/** A value that takes the place of a variable. */
export interface SettingOverride {
  /** "topics.worker" */
  readonly path: string;
  readonly value: unknown;
  /** What an error calls it: an option of a command. */
  readonly name: string;
}

/**
 * As `config.from_env` reads them, with `overrides` before them. Other settings are not looked at, because a machine that
 * prints a policy need not have the service's brokers, passwords and certificates.
 *
 * @throws pubsub_error `config_invalid`, also for an unknown `PUBSUB_*` variable
 */
export function serviceSettingsFromEnv(
  env: Readonly<Record<string, string | undefined>>,
  overrides: readonly SettingOverride[] = [],
): ServiceSettings {
  const { sections: read, problems } = readEnvironment(env);
  const names = new Map(settingRows.map((row) => [row.path, row.env ?? row.path]));
  for (const { path, value, name } of overrides) {
    const [section = '', key = ''] = path.split('.');
    (read[section] ??= {})[key] = value;
    names.set(path, name);
  }
  const input = Object.fromEntries(sections.map((section) => [section, read[section] ?? {}]));
  return checked(input, problems, (path) => names.get(path) ?? path);
}

function checked(
  { topics = {}, groups = {}, requester = {}, producer = {} }: ServiceInput,
  problems: readonly ConfigProblem[],
  name: (path: string) => string,
): ServiceSettings {
  // Brokers are required in a configuration, and decide no right.
  const result = checkSections(
    { connection: { brokers: ['localhost:9092'] }, topics, groups, requester, producer },
    name,
  );
  const all = [...problems, ...result.problems];
  if (result.checked === undefined || all.length > 0) throw configError(all);
  return {
    topics: filledTopics(result.checked),
    groups: filledGroups(result.checked),
    requester: result.checked.requester,
    producer: result.checked.producer,
  };
}
