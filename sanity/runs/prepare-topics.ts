import { Deadline } from '../../src/base/deadline.js';
import { pubsub_error, type config } from '../../src/index.js';
import type { Finding } from '../checks/check.js';
import { foreignGroupsFinding, groupsNotRead, type TopicChoice } from '../checks/foreign-groups.js';
import { preparation } from '../checks/preparation.js';
import type { CheckResults } from '../checks/results.js';
import { topics } from '../checks/topics.js';
import { failureOf, isUnreachable, type Failure } from '../failure.js';
import { foreignGroups } from '../targets/foreign-groups.js';
import { ensureTopics } from '../targets/topics.js';

/** The options of a local run that decide about its topics. */
export interface PrepareOptions extends TopicChoice {
  readonly createTopics: boolean;
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
    else if (isLast) add(groupsNotRead(failure, settings, options));
    else return false;
  }
  return true;
}

/** The publisher function finds out, from where it runs, whether a broker can be reached and accepts a login. */
function isForLater(failure: Failure): boolean {
  return ['deadline_exceeded', 'authentication_failed'].includes(failure.code) || isUnreachable(failure);
}
