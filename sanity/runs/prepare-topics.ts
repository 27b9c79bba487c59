import type { Topics } from '../../local/functions/index.js';
import { Deadline } from '../../src/base/deadline.js';
import { pubsub_error, type config } from '../../src/index.js';
import { fail, pass, warn, type Finding } from '../checks/check.js';
import { preparation } from '../checks/preparation.js';
import type { CheckResults } from '../checks/results.js';
import { topics } from '../checks/topics.js';
import { failureOf, isUnreachable, type Failure } from '../failure.js';
import { ensureTopics, foreignGroups, type FoundGroups } from '../targets/topics.js';

/** The options of a local run that decide about its topics. */
export interface PrepareOptions {
  readonly topics?: Partial<Topics> | undefined;
  readonly createTopics: boolean;
  readonly allowForeignGroups: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (sentence: string) => void;
}

const TOPICS_MS = 15_000;

export interface Prepared {
  /** The topics belong to sanity runs, or were created by this one: invalid records may be written there. */
  readonly mayPlant: boolean;
  /** What is left to do before anything is written, when it is known that a broker can be reached. */
  readonly beforeWriting?: () => Promise<void>;
}

/**
 * Creates the topics where the run may do that, and looks for groups that would receive its frames.
 *
 * @param ours the Kafka is not one that the user named
 * @param made receives the topics that are created
 */
export async function prepareTopics(
  settings: config,
  ours: boolean,
  checks: CheckResults,
  options: PrepareOptions,
  made: string[],
): Promise<Prepared> {
  const { worker, reply_to } = settings.topics;
  const again = async (): Promise<void> => {
    await searchGroups(settings, checks, options, true);
  };
  if (ours || options.createTopics) {
    const startedAt = performance.now();
    options.onProgress(`topics ${worker} and ${reply_to}`);
    try {
      made.push(...(await ensureTopics(settings, 1, topicsDeadline(options))));
    } catch (error) {
      if (options.signal.aborted) throw error;
      const failure = failureOf(pubsub_error.from(error, 'metadata'));
      if (isForLater(failure)) return { mayPlant: false, beforeWriting: again };
      checks.fail(topics, failure, performance.now() - startedAt);
      return { mayPlant: false };
    }
  }
  if (ours && options.topics === undefined) return { mayPlant: true };
  const isSearched = await searchGroups(settings, checks, options, false);
  const mayPlant = made.length === 2;
  return isSearched ? { mayPlant } : { mayPlant, beforeWriting: again };
}

function topicsDeadline({ timeoutMs, signal }: PrepareOptions): Deadline {
  return new Deadline(Math.min(TOPICS_MS, timeoutMs), signal);
}

/**
 * Looks for other groups that use the topics, and adds what it finds to the checks.
 *
 * @param isLast a broker can be reached, so that the run must not continue without an answer
 * @returns false if there was no answer, and nothing was added: the search must be repeated
 */
async function searchGroups(
  settings: config,
  checks: CheckResults,
  options: PrepareOptions,
  isLast: boolean,
): Promise<boolean> {
  const since = performance.now();
  const add = (finding: Finding): void => checks.add(preparation.foreign_groups, finding, performance.now() - since);
  try {
    add(foreignGroupsFinding(await foreignGroups(settings, topicsDeadline(options)), settings, options));
  } catch (error) {
    if (options.signal.aborted) throw error;
    const failure = failureOf(pubsub_error.from(error, 'metadata'));
    if (!isForLater(failure)) checks.fail(preparation.foreign_groups, failure, performance.now() - since);
    else if (isLast) add(notSearched(failure, settings, options));
    else return false;
  }
  return true;
}

/** The publisher function finds out, from where it runs, whether a broker can be reached and accepts a login. */
function isForLater(failure: Failure): boolean {
  return ['deadline_exceeded', 'authentication_failed'].includes(failure.code) || isUnreachable(failure);
}

/** A broker can be reached, and yet the groups could not be read. */
function notSearched(
  { evidence }: Failure,
  { topics: { worker, reply_to } }: config,
  { allowForeignGroups }: PrepareOptions,
): Finding {
  const sentence = `the groups that may use ${worker} or ${reply_to} could not be read: ${evidence}`;
  if (allowForeignGroups)
    return warn(sentence, 'If other groups use these topics, they receive the frames of this run.');
  return fail(
    'run_refused',
    `${sentence}; nothing was written, because such groups would receive the frames of this run`,
    'Try again when the brokers answer, or continue with --allow-foreign-groups.',
  );
}

function foreignGroupsFinding(
  { foreign: groups, denied }: FoundGroups,
  { topics: { worker, reply_to } }: config,
  { allowForeignGroups, topics: own }: PrepareOptions,
): Finding {
  const hidden = denied.length === 0 ? '' : ` (not looked at, because the brokers deny it: ${denied.join(', ')})`;
  if (groups.length === 0) {
    // A group of a service may be one of them. The run's own topics are used by sanity runs only.
    if (denied.length > 0 && own !== undefined) {
      const sentence = `no group that this identity may describe uses ${worker} or ${reply_to}${hidden}`;
      const hint = 'If one of these groups uses the topics, it receives the frames of this run.';
      if (allowForeignGroups) return warn(sentence, hint);
      return fail('run_refused', sentence, `${hint} Grant describing them, or continue with --allow-foreign-groups.`);
    }
    return pass(`no other group reads ${worker} or ${reply_to}, or has committed there${hidden}`);
  }
  const names = groups
    .map(({ group, members }) => (members === 0 ? `${group} (no members now, but committed positions)` : group))
    .join(', ');
  if (allowForeignGroups) {
    return warn(
      `used by ${names}${hidden}`,
      'These groups receive the frames of this run. Their programs must skip records that have a run-id header.',
    );
  }
  return fail(
    'run_refused',
    `${worker} or ${reply_to} ${groups.length === 1 ? 'is used by another group' : 'are used by other groups'}${hidden}: ${names}; ${groups.length === 1 ? 'it' : 'they'} would receive the frames of this run`,
    `${otherTopics(own)}, or continue with --allow-foreign-groups.`,
  );
}

/** Names only options that were given. */
export function otherTopics(given: PrepareOptions['topics']): string {
  const options = [
    ...(given?.worker === undefined ? [] : ['--worker-topic']),
    ...(given?.reply_to === undefined ? [] : ['--reply-topic']),
  ];
  if (options.length === 0) return 'Name other topics for the run with --worker-topic and --reply-topic';
  return `Leave out ${options.join(' and ')} to use the run’s own topics`;
}
