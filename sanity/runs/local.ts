import { chooseKafka, type ChosenKafka } from '../../local/kafka/index.js';
import type { FunctionName } from '../../lambda/functions.js';
import { sharedVariables } from '../../local/functions/index.js';
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
import { ensureTopics, foreignGroups } from '../targets/topics.js';
import { RunRecord } from './record.js';

export interface LocalRunOptions extends SanityOptions {
  /** Brokers named on the command line. */
  readonly brokers: readonly string[] | undefined;
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
  config.from_env({ ...options.env, ...sharedVariables(options.env, ['localhost:9092']) });
  const kafka = await chooseKafka({
    env: options.env,
    brokers: options.brokers,
    deadline: new Deadline(300_000, signal),
    onProgress: options.onProgress,
  });
  try {
    const brokers = kafka.brokers.join(',');
    options.onKafka(`Kafka: ${brokers} (${kafka.kind}): ${kafka.why}`);
    const variables = sharedVariables(options.env, kafka.brokers);
    const settings = config.from_env({ ...options.env, ...variables });
    checks.add(preparation.config, pass('every setting is known and within its range'));
    checks.add(preparation.kafka, pass(`${kafka.kind} at ${brokers}`), run.ms);
    const outcome = await runWith(settings, variables, kafka, run, options);
    return run.report(
      {
        target: { kind: 'local', clocks: 'one_host', description: `${kafka.kind} Kafka at ${brokers}` },
        config: settings.describe(),
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
  const created = await prepareTopics(settings, ours, checks, options);
  if (checks.failed !== undefined) return emptyOutcome();
  options.onProgress('the bundles of the functions');
  const target = await LocalTarget.create({
    variables,
    missingTopicsHint: missingTopicsHint(settings, options),
    mayPlant: ours || created ? true : 'invalid records are only written to topics that this run created',
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

/** @returns whether this run created both topics */
async function prepareTopics(
  settings: config,
  ours: boolean,
  checks: CheckResults,
  options: LocalRunOptions,
): Promise<boolean> {
  const startedAt = performance.now();
  const ms = (): number => performance.now() - startedAt;
  const deadline = (): Deadline => new Deadline(TOPICS_MS, options.signal);
  const { worker, reply_to } = settings.topics;
  const createsTopics = ours || options.createTopics;
  try {
    let created: string[] = [];
    if (createsTopics) {
      options.onProgress(`topics ${worker} and ${reply_to}`);
      created = await ensureTopics(settings, 1, deadline());
    }
    if (ours) return true;
    const foreign = await foreignGroups(settings, deadline());
    checks.add(preparation.foreign_groups, foreignGroupsFinding(foreign, settings, options), ms());
    return created.length === 2;
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
  groups: readonly string[],
  { topics: { worker, reply_to } }: config,
  { allowForeignGroups }: LocalRunOptions,
): Finding {
  if (groups.length === 0) return pass(`no other group reads ${worker} or ${reply_to}`);
  const names = groups.join(', ');
  if (allowForeignGroups) {
    return warn(
      `read by ${names}`,
      'These groups receive the frames of this run, and must skip them by their run-id header.',
    );
  }
  return fail(
    'run_refused',
    `${names} ${groups.length === 1 ? 'reads' : 'read'} ${worker} or ${reply_to}, and would receive the frames of this run`,
    'Choose other topics (PUBSUB_WORKER_TOPIC, PUBSUB_REPLY_TO_TOPIC), or continue with --allow-foreign-groups.',
  );
}

/** Names the topics of this run: the environment of a later command may not have them. */
function missingTopicsHint({ topics: { worker, reply_to } }: config, { brokers }: LocalRunOptions): string {
  const where = brokers === undefined ? '' : ` --brokers ${brokers.join(',')}`;
  const command = `easy-pubsub topics create ${worker} ${reply_to}${where}`;
  return `Create both topics: ${command}. Or let the run create them: --create-topics.`;
}
