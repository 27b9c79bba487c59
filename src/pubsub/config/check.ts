import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { shapeSentence } from '../../base/shape-sentence.js';
import { suggestionFor } from '../../base/suggestion.js';
import { systemCode } from '../../base/thrown.js';
import type { ConfigProblem } from './problems.js';
import { configSections } from './settings.js';
import { settingRows } from './setting-rows.js';

const sectionsSchema = z.strictObject({
  ...configSections,
  topics: configSections.topics.prefault({}),
  groups: configSections.groups.prefault({}),
  producer: configSections.producer.prefault({}),
  consumer: configSections.consumer.prefault({}),
  worker: configSections.worker.prefault({}),
  requester: configSections.requester.prefault({}),
  disposal: configSections.disposal.prefault({}),
});

/** What the schema takes: `config_input` is the same type, written down with its comments. */
export type SectionsInput = z.input<typeof sectionsSchema>;
/** The settings with their defaults filled in. */
export type CheckedSections = z.output<typeof sectionsSchema>;

/**
 * Checks shape and ranges, then the rules between settings. `name` converts a path to the name that the caller used.
 */
export function checkSections(
  input: unknown,
  name: (path: string) => string,
): { checked: CheckedSections | undefined; problems: ConfigProblem[] } {
  const result = sectionsSchema.safeParse(input);
  if (!result.success)
    return {
      checked: undefined,
      problems: firstOfEach(result.error.issues).flatMap((issue) => problemsOf(issue, name)),
    };
  const problems: ConfigProblem[] = [];
  const say = (path: string, message: string, suggestion?: string): void => {
    problems.push({ key: name(path), message, suggestion });
  };
  const checked = result.data;
  const { connection, consumer } = checked;
  if (connection.auth === 'msk_iam') {
    connection.tls = true;
    if (connection.region === undefined)
      say('connection.region', 'is missing: msk_iam signs for a region', regionHint(name));
  }
  if (connection.auth.startsWith('scram') || connection.auth === 'plain') {
    if (connection.username === undefined) say('connection.username', `is missing: ${connection.auth} needs one`);
    if (connection.password === undefined) say('connection.password', `is missing: ${connection.auth} needs one`);
  }
  if ((connection.tls_cert === undefined) !== (connection.tls_key === undefined)) {
    say(
      connection.tls_cert === undefined ? 'connection.tls_cert' : 'connection.tls_key',
      'is missing: a client certificate needs its key',
    );
  }
  for (const key of ['tls_ca', 'tls_cert', 'tls_key'] as const) {
    const value = connection[key];
    if (value === undefined) continue;
    if (!connection.tls) say(`connection.${key}`, 'is set, but TLS is off', `set ${name('connection.tls')} to true`);
    const pem = readPem(value);
    if (typeof pem === 'string') connection[key] = pem;
    else say(`connection.${key}`, pem.problem);
  }
  if (consumer.heartbeat_interval_ms * 2 > consumer.session_timeout_ms) {
    say(
      'consumer.heartbeat_interval_ms',
      `is ${consumer.heartbeat_interval_ms}; it takes at most half of ${name('consumer.session_timeout_ms')} (${consumer.session_timeout_ms})`,
    );
  }
  if (checked.topics.worker === checked.topics.reply_to) {
    say(
      'topics.reply_to',
      `is ${checked.topics.reply_to}, which is the worker topic: a worker would read its own replies`,
    );
  }
  const { dead_letter, worker, reply_to } = checked.topics;
  if (dead_letter === worker || dead_letter === reply_to) {
    say(
      'topics.dead_letter',
      `is ${dead_letter}, which is the ${dead_letter === worker ? 'worker' : 'reply_to'} topic`,
    );
  }
  const groups = filledGroups(checked);
  if (groups.worker === groups.reply_to) {
    say(
      'groups.reply_to',
      `is ${groups.reply_to}, which is the worker group: members of one group must read the same topic`,
    );
  }
  return { checked, problems };
}

/** Only `from_env` also reads the variable of AWS. */
function regionHint(name: (path: string) => string): string {
  return name('connection.region') === 'connection.region' ? 'for example eu-west-1' : 'AWS_REGION is read too';
}

/** The topics with their defaults: a worker replies to the reply_to topic only. */
export function filledTopics({
  topics,
}: CheckedSections): CheckedSections['topics'] & { reply_allowed: readonly string[] } {
  return { ...topics, reply_allowed: topics.reply_allowed ?? [topics.reply_to] };
}

/**
 * The groups with their defaults, which are named after the topics, because all members of a group must read one topic.
 */
export function filledGroups({ groups, topics }: CheckedSections): { worker: string; reply_to: string } {
  return {
    worker: groups.worker ?? `easy-pubsub-${topics.worker}`,
    reply_to: groups.reply_to ?? `easy-pubsub-${topics.reply_to}`,
  };
}

/** What else is said of a value that is already wrong may follow from that, and be false. */
function firstOfEach(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  const seen = new Set<string>();
  return issues.filter(({ path }) => {
    const place = path.map(String).join('.');
    return !seen.has(place) && seen.add(place);
  });
}

function problemsOf(issue: z.core.$ZodIssue, name: (path: string) => string): ConfigProblem[] {
  const path = issue.path.filter((part) => typeof part !== 'number').join('.');
  if (issue.code === 'unrecognized_keys') {
    const known =
      path === ''
        ? Object.keys(configSections)
        : settingRows.filter((row) => row.section === path).map((row) => row.key);
    return issue.keys.map((key) => {
      const suggestion = suggestionFor(key, known);
      return {
        key: path === '' ? key : `${path}.${key}`,
        message: 'is not a setting',
        suggestion,
      };
    });
  }
  const row = settingRows.find((candidate) => candidate.path === path);
  const shown = row === undefined ? path : name(path);
  if (path === 'connection' || (path === 'connection.brokers' && issue.code === 'invalid_type')) {
    return [{ key: name('connection.brokers'), message: 'is missing', suggestion: 'for example localhost:9092' }];
  }
  if (issue.code === 'invalid_value' && row?.choices !== undefined) {
    return [{ key: shown, message: `takes one of ${row.choices.join(', ')}` }];
  }
  // Without its value: it may be a password.
  const sentence = shapeSentence(issue);
  const entry = issue.path.find((part) => typeof part === 'number');
  return [{ key: shown, message: entry === undefined ? sentence : `entry ${entry + 1} ${sentence}` }];
}

/** PEM text unchanged, or the content of the named file. */
function readPem(value: string): string | { problem: string } {
  if (value.includes('-----BEGIN ')) return value;
  const shown = isFileName(value) ? value : 'a file';
  try {
    const text = readFileSync(value, 'utf8');
    return text.includes('-----BEGIN ') ? text : { problem: `names ${shown}, which is not a PEM file` };
  } catch (error) {
    return { problem: `names ${shown}, which cannot be read (${systemCode(error)})` };
  }
}

/**
 * A key without its PEM header would be treated as a file name, so only a string that is certainly a file name may be
 * printed.
 */
function isFileName(value: string): boolean {
  return value.length <= 200 && /^[\w./ -]+\.(pem|crt|cer|key|ca)$/i.test(value);
}
