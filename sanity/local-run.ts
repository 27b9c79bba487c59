import { chooseKafka, type ChosenKafka } from '../local/kafka/index.js';
import type { FunctionName } from '../lambda/functions.js';
import { sharedVariables } from '../local/functions/index.js';
import { Deadline } from '../src/base/deadline.js';
import { config, pubsub_error } from '../src/index.js';
import { heads, type CheckList } from './check-list.js';
import type { SanityOptions } from './options.js';
import type { sanity_report } from './report.js';
import { RunRecord } from './run-record.js';
import { runPlan } from './run.js';
import { emptyOutcome, type RunOutcome } from './steps/context.js';
import { isUnreachable } from './failure.js';
import { LocalTarget } from './targets/local.js';
import { ensureTopics, foreignGroups } from './targets/local-topics.js';

export interface LocalRunOptions extends SanityOptions {
  /** Brokers named on the command line. */
  readonly brokers: readonly string[] | undefined;
  /** Make the topics on brokers that the user named. */
  readonly createTopics: boolean;
  /** Go on although others read these topics. */
  readonly allowForeignGroups: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly signal: AbortSignal;
  readonly onProgress: (sentence: string) => void;
  /** Told which Kafka, and why, before anything else is. */
  readonly onKafka: (sentence: string) => void;
  readonly onLog: (name: FunctionName, line: string) => void;
}

const MEMORY_MB = 512;
const TOPICS_MS = 15_000;

/**
 * A whole run on this machine: finds or starts a Kafka, runs the functions as processes, judges, cleans up.
 *
 * @throws pubsub_error only when there is nothing to report on: no Kafka can be started, bad configuration, aborted
 */
export async function runLocally(options: LocalRunOptions): Promise<sanity_report> {
  const run = new RunRecord();
  const { checks } = run;
  // Bundling the code and starting Kafka have nothing to wait for each other for.
  const { signal } = options;
  // The environment's own mistakes first: they cost no Kafka.
  config.from_env({ ...options.env, ...sharedVariables(options.env, ['localhost:9092']) });
  const kafka = await chooseKafka({
    env: options.env,
    brokers: options.brokers,
    deadline: new Deadline(300_000, signal),
    onProgress: options.onProgress,
  });
  try {
    options.onKafka(`Kafka: ${kafka.brokers.join(',')} (${kafka.kind}): ${kafka.why}`);
    const variables = sharedVariables(options.env, kafka.brokers);
    const settings = config.from_env({ ...options.env, ...variables });
    checks.pass(heads.config, 0, 'every setting is known and within its range');
    checks.pass(heads.kafka, run.ms, `${kafka.kind} at ${kafka.brokers.join(',')}`);
    const outcome = await judged(settings, variables, kafka, run, options);
    return run.report(
      {
        target: { kind: 'local', clocks: 'one_host', description: `${kafka.kind} Kafka at ${kafka.brokers.join(',')}` },
        config: settings.describe(),
        versions: { easy_pubsub: options.version, node: process.version, kafka: kafka.version ?? null },
      },
      outcome,
    );
  } finally {
    await kafka.stop();
  }
}

async function judged(
  settings: config,
  variables: Record<string, string>,
  kafka: ChosenKafka,
  { checks, runId }: RunRecord,
  options: LocalRunOptions,
): Promise<RunOutcome | undefined> {
  const ours = kafka.kind !== 'named';
  const made = await prepareTopics(settings, ours, checks, options);
  if (checks.failed !== undefined) return emptyOutcome(checks);
  options.onProgress('the functions to be bundled');
  const target = await LocalTarget.create({
    variables,
    missingTopicsHint: missingTopicsHint(settings, options),
    mayPlant: ours || made ? true : 'bad records are planted only in topics that we made',
    mayBeDenied: settings.connection.auth !== 'none',
    memoryMb: MEMORY_MB,
    onLog: options.onLog,
  });
  try {
    return await runPlan({ runId, target, options, checks, signal: options.signal, onProgress: options.onProgress });
  } finally {
    await target.close();
  }
}

/** @returns whether the topics are ours to plant bad records in */
async function prepareTopics(
  settings: config,
  ours: boolean,
  checks: CheckList,
  options: LocalRunOptions,
): Promise<boolean> {
  const startedAt = performance.now();
  const deadline = (): Deadline => new Deadline(TOPICS_MS, options.signal);
  const { worker, reply_to } = settings.topics;
  try {
    let made: string[] = [];
    if (ours || options.createTopics) {
      options.onProgress(`topics ${worker} and ${reply_to}`);
      made = await ensureTopics(settings, 1, deadline());
    }
    if (ours) return true;
    const foreign = await foreignGroups(settings, deadline());
    const ms = performance.now() - startedAt;
    if (foreign.length === 0) checks.pass(heads.foreign_groups, ms, `no foreign group reads ${worker} or ${reply_to}`);
    else if (options.allowForeignGroups) {
      checks.warn(
        heads.foreign_groups,
        ms,
        `read by ${foreign.join(', ')}`,
        'They get the frames of this run, and have to skip them by their run-id header.',
      );
    } else {
      checks.fail(heads.foreign_groups, ms, {
        code: 'run_refused',
        evidence: `${foreign.join(', ')} ${foreign.length === 1 ? 'reads' : 'read'} ${worker} or ${reply_to}, and would get the frames of this run`,
        hint: 'Name other topics (PUBSUB_WORKER_TOPIC, PUBSUB_REPLY_TO_TOPIC), or go on with --allow-foreign-groups.',
      });
    }
    return made.length === 2;
  } catch (error) {
    if (options.signal.aborted) throw error;
    const failure = pubsub_error.from(error, 'metadata');
    // Whether a broker can be reached and lets us in is for the publisher function to tell, from where it runs.
    const isForLater = ['deadline_exceeded', 'authentication_failed'].includes(failure.code);
    if (isForLater || isUnreachable(failure)) return false;
    checks.fail(ours || options.createTopics ? heads.topics : heads.foreign_groups, performance.now() - startedAt, {
      code: failure.code,
      evidence: failure.raw_message,
      hint: failure.hint ?? '',
    });
    return false;
  }
}

/** The topics are those of this run, which the variables of a later command need not name: the command does. */
function missingTopicsHint({ topics }: config, { brokers }: LocalRunOptions): string {
  const where = brokers === undefined ? '' : ` --brokers ${brokers.join(',')}`;
  const command = `easy-pubsub topics create ${topics.worker} ${topics.reply_to}${where}`;
  return `Create both topics: ${command}. Or let the run do it: --create-topics.`;
}
