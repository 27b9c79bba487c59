import { chooseKafka, type ChosenKafka } from '../../local/kafka/index.js';
import { functionNames, perFunction, type FunctionName } from '../../lambda/functions.js';
import { settingsOfRun } from '../../lambda/runtime/run-records.js';
import {
  groupPrefix,
  sanityTopics,
  sharedVariables,
  unusedVariables,
  type Topics,
} from '../../local/functions/index.js';
import { Deadline } from '../../src/base/deadline.js';
import { config, pubsub_error } from '../../src/index.js';
import { fail, pass, warn, type Finding } from '../checks/check.js';
import { preparation } from '../checks/preparation.js';
import type { CheckResults } from '../checks/results.js';
import { topics } from '../checks/topics.js';
import { failureOf, isUnreachable, type Failure } from '../failure.js';
import type { SanityOptions } from '../options.js';
import type { SanityReport } from '../report/schema.js';
import { emptyOutcome, type RunOutcome } from '../steps/outcome.js';
import { blockRest } from '../steps/make-checks.js';
import { runPlan } from '../steps/run-plan.js';
import { LocalTarget } from '../targets/local.js';
import { ensureTopics, foreignGroups, type FoundGroups } from '../targets/topics.js';
import { leftBehind } from './left-behind.js';
import { RunRecord } from './record.js';

export interface LocalRunOptions extends SanityOptions {
  /** Brokers named on the command line. */
  readonly brokers: readonly string[] | undefined;
  /** The topics of the run. @default its own, sanity.worker and sanity.reply_to */
  readonly topics?: Partial<Topics> | undefined;
  /** Create the topics on brokers that the user named. */
  readonly createTopics: boolean;
  /** Continue although other groups read the topics. */
  readonly allowForeignGroups: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly signal: AbortSignal;
  readonly onProgress: (sentence: string) => void;
  /** Receives the Kafka that is used, and why, before anything else happens. */
  readonly onKafka: (sentence: string) => void;
  readonly onLog: (name: FunctionName, line: string) => void;
  /** Receives what the user should know before the end. @default none */
  readonly onNotice?: ((sentence: string) => void) | undefined;
}

/** The variables replace those of the environment that name other topics. */
function settingsOf({ env }: LocalRunOptions, variables: Record<string, string>): config {
  const others = Object.entries(env).filter(([name]) => !name.startsWith('PUBSUB_'));
  return config.from_env({ ...Object.fromEntries(others), ...variables });
}

function groupOf(name: FunctionName, runId: string): string {
  return `${groupPrefix(name)}-${runId}`;
}

/** Said before anything is written. */
function whereItWrites(topics: Topics, runId: string, { env }: LocalRunOptions): string[] {
  const groups = functionNames.map((name) => groupOf(name, runId)).join(', ');
  const unused = unusedVariables(env, topics);
  return [
    `This run writes to the topics ${topics.worker} and ${topics.reply_to}; consumer groups: ${groups}`,
    ...(unused.length === 0
      ? []
      : [
          `Not used, because they are for your services: ${unused.join(', ')} (topics of a run: --worker-topic, --reply-topic)`,
        ]),
  ];
}

/** Named brokers are not asked here: the publisher function finds out, from where it runs, whether one answers. */
function chosenKafka({ kind, brokers }: ChosenKafka): string {
  const where = `${kind} at ${brokers.join(',')}`;
  return kind === 'named' ? `${where}; this check does not connect to them` : `${where}; it is running`;
}

const MEMORY_MB = 512;
const TOPICS_MS = 15_000;

/**
 * A whole run on this machine: finds or starts a Kafka, runs the functions as processes, reports, cleans up.
 *
 * @throws pubsub_error only when there is nothing to report on: no Kafka can be started, invalid configuration, aborted
 */
export async function runLocally(options: LocalRunOptions): Promise<SanityReport> {
  const run = new RunRecord();
  const { checks } = run;
  const { signal } = options;
  // Errors in the environment first: no Kafka needs to be started for them.
  const topics: Topics = { ...sanityTopics, ...options.topics };
  settingsOf(options, sharedVariables(options.env, ['localhost:9092'], topics));
  const kafka = await chooseKafka({
    env: options.env,
    brokers: options.brokers,
    deadline: new Deadline(300_000, signal),
    onProgress: options.onProgress,
  });
  try {
    const brokers = kafka.brokers.join(',');
    options.onKafka(`Kafka: ${brokers} (${kafka.kind}): ${kafka.why}`);
    const variables = sharedVariables(options.env, kafka.brokers, topics);
    const settings = settingsOf(options, variables);
    for (const sentence of whereItWrites(topics, run.runId, options)) options.onKafka(sentence);
    checks.add(preparation.config, pass('every setting is known and within its range'));
    checks.add(preparation.kafka, pass(chosenKafka(kafka)), run.ms);
    const outcome = await runWith(settings, variables, kafka, run, options);
    return run.report(
      {
        target: { kind: 'local', clocks: 'one_host', description: `${kafka.kind} Kafka at ${brokers}` },
        config: {
          ...settingsOfRun(settings, run.runId).describe(),
          groups: perFunction((name) => groupOf(name, run.runId)),
        },
        versions: { easy_pubsub: options.version, node: process.version, kafka: kafka.version ?? null },
      },
      outcome,
    );
  } finally {
    await kafka.stop();
  }
}

async function runWith(
  settings: config,
  variables: Record<string, string>,
  kafka: ChosenKafka,
  { checks, runId }: RunRecord,
  options: LocalRunOptions,
): Promise<RunOutcome> {
  const ours = kafka.kind !== 'named';
  const preparingAt = performance.now();
  const made: string[] = [];
  const { mayPlant, beforeWriting } = await prepareTopics(settings, ours, checks, options, made);
  const preparingMs = performance.now() - preparingAt;
  if (checks.failed !== undefined) {
    blockRest(checks);
    return emptyOutcome();
  }
  options.onProgress('the bundles of the functions');
  const target = await LocalTarget.create({
    variables,
    missingTopicsHint: missingTopicsHint(settings, options),
    mayPlant: mayPlant ? true : 'invalid records are only written to topics that this run created',
    mayBeDenied: settings.connection.auth !== 'none',
    user: settings.connection.username,
    memoryMb: MEMORY_MB,
    onLog: options.onLog,
  });
  try {
    const { signal, onProgress, onNotice } = options;
    const startedAt = performance.now() - preparingMs;
    return await runPlan({ runId, target, options, checks, signal, onProgress, onNotice, startedAt, beforeWriting });
  } finally {
    await target.close();
    if (options.signal.aborted && !kafka.startedByUs) {
      const groups = functionNames.map((name) => groupOf(name, runId));
      options.onNotice?.(await leftBehind(settings, { topics: made, groups }));
    }
  }
}

interface Prepared {
  /** The topics belong to sanity runs, or were created by this one: invalid records may be written there. */
  readonly mayPlant: boolean;
  /** What is left to do before anything is written, when it is known that a broker can be reached. */
  readonly beforeWriting?: () => Promise<void>;
}

/** @param made receives the topics that are created */
async function prepareTopics(
  settings: config,
  ours: boolean,
  checks: CheckResults,
  options: LocalRunOptions,
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

function topicsDeadline({ timeoutMs, signal }: LocalRunOptions): Deadline {
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
  options: LocalRunOptions,
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
  { allowForeignGroups }: LocalRunOptions,
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
  { allowForeignGroups, topics: own }: LocalRunOptions,
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
    'Leave out --worker-topic and --reply-topic to use the run’s own topics, or continue with --allow-foreign-groups.',
  );
}

/** Names the topics of this run: the environment of a later command may not have them. */
function missingTopicsHint({ topics: { worker, reply_to } }: config, { brokers }: LocalRunOptions): string {
  const where = brokers === undefined ? '' : ` --brokers ${brokers.join(',')}`;
  const command = `easy-pubsub topics create ${worker} ${reply_to}${where}`;
  return `Create both topics: ${command}. Or let the run create them: --create-topics.`;
}
