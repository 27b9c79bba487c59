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
import { failureOf, isUnreachable } from '../failure.js';
import type { SanityOptions } from '../options.js';
import type { SanityReport } from '../report/schema.js';
import { emptyOutcome, type RunOutcome } from '../steps/outcome.js';
import { runPlan } from '../steps/run-plan.js';
import { LocalTarget } from '../targets/local.js';
import { ensureTopics, foreignGroups, type ForeignGroup } from '../targets/topics.js';
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
  const mayPlant = await prepareTopics(settings, ours, checks, options, made);
  const preparingMs = performance.now() - preparingAt;
  if (checks.failed !== undefined) return emptyOutcome();
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
    return await runPlan({ runId, target, options, checks, signal, onProgress, onNotice, startedAt });
  } finally {
    await target.close();
    if (options.signal.aborted && !kafka.startedByUs) {
      const groups = functionNames.map((name) => groupOf(name, runId));
      options.onNotice?.(await leftBehind(settings, { topics: made, groups }));
    }
  }
}

/**
 * @param made receives the topics that are created
 * @returns whether the topics belong to sanity runs, or were created by this one: invalid records may be written there
 */
async function prepareTopics(
  settings: config,
  ours: boolean,
  checks: CheckResults,
  options: LocalRunOptions,
  made: string[],
): Promise<boolean> {
  const startedAt = performance.now();
  const ms = (): number => performance.now() - startedAt;
  const deadline = (): Deadline => new Deadline(Math.min(TOPICS_MS, options.timeoutMs), options.signal);
  const { worker, reply_to } = settings.topics;
  const createsTopics = ours || options.createTopics;
  try {
    if (createsTopics) {
      options.onProgress(`topics ${worker} and ${reply_to}`);
      made.push(...(await ensureTopics(settings, 1, deadline())));
    }
    if (ours && options.topics === undefined) return true;
    const foreign = await foreignGroups(settings, deadline());
    checks.add(preparation.foreign_groups, foreignGroupsFinding(foreign, settings, options), ms());
    return made.length === 2;
  } catch (error) {
    if (options.signal.aborted) throw error;
    const failure = failureOf(pubsub_error.from(error, 'metadata'));
    // The publisher function finds out, from where it runs, whether a broker can be reached and accepts a login.
    const isForLater = ['deadline_exceeded', 'authentication_failed'].includes(failure.code);
    if (isForLater || isUnreachable(failure)) return false;
    checks.fail(createsTopics ? topics : preparation.foreign_groups, failure, ms());
    return false;
  }
}

function foreignGroupsFinding(
  groups: readonly ForeignGroup[],
  { topics: { worker, reply_to } }: config,
  { allowForeignGroups }: LocalRunOptions,
): Finding {
  if (groups.length === 0) return pass(`no other group reads ${worker} or ${reply_to}, or has committed there`);
  const names = groups
    .map(({ group, members }) => (members === 0 ? `${group} (no members now, but committed positions)` : group))
    .join(', ');
  if (allowForeignGroups) {
    return warn(
      `used by ${names}`,
      'These groups receive the frames of this run. Their programs must skip records that have a run-id header.',
    );
  }
  return fail(
    'run_refused',
    `${worker} or ${reply_to} ${groups.length === 1 ? 'is used by another group' : 'are used by other groups'}: ${names}; ${groups.length === 1 ? 'it' : 'they'} would receive the frames of this run`,
    'Leave out --worker-topic and --reply-topic to use the run’s own topics, or continue with --allow-foreign-groups.',
  );
}

/** Names the topics of this run: the environment of a later command may not have them. */
function missingTopicsHint({ topics: { worker, reply_to } }: config, { brokers }: LocalRunOptions): string {
  const where = brokers === undefined ? '' : ` --brokers ${brokers.join(',')}`;
  const command = `easy-pubsub topics create ${worker} ${reply_to}${where}`;
  return `Create both topics: ${command}. Or let the run create them: --create-topics.`;
}
