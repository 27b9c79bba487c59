import { chooseKafka, type ChosenKafka } from '../../local/kafka/index.js';
import { functionNames, perFunction, type FunctionName } from '../../lambda/functions.js';
import { settingsOfRun } from '../../lambda/runtime/run-records.js';
import {
  localGroupPrefix,
  sharedVariables,
  topicsOfRun,
  unusedVariables,
  type Topics,
} from '../../local/functions/index.js';
import { Deadline } from '../../src/base/deadline.js';
import { config } from '../../src/index.js';
import { pass } from '../checks/check.js';
import { preparation } from '../checks/preparation.js';
import type { SanityOptions } from '../options.js';
import type { SanityReport } from '../report/schema.js';
import { emptyOutcome, type RunOutcome } from '../steps/outcome.js';
import { blockRest } from '../steps/make-checks.js';
import { runPlan } from '../steps/run-plan.js';
import { LocalTarget } from '../targets/local.js';
import { leftBehind } from './left-behind.js';
import { prepareTopics } from './prepare-topics.js';
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
  return `${localGroupPrefix(name)}-${runId}`;
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

/** What a Kafka that ends with the run has cannot be kept. */
function keeps({ startedByUs }: ChosenKafka, { keep, onNotice }: LocalRunOptions): boolean {
  if (!keep || !startedByUs) return keep;
  onNotice?.(
    '--keep has no effect: this Kafka ends with the run. To keep groups, start one before: easy-pubsub kafka up',
  );
  return false;
}

const MEMORY_MB = 512;

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
  const topics = topicsOfRun(options.topics);
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
    const outcome = await runWith(settings, variables, kafka, run, { ...options, keep: keeps(kafka, options) });
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
    canBeDenied: settings.connection.auth !== 'none',
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

/** Names the topics of this run: the environment of a later command may not have them. */
function missingTopicsHint({ topics: { worker, reply_to } }: config, { brokers }: LocalRunOptions): string {
  const where = brokers === undefined ? '' : ` --brokers ${brokers.join(',')}`;
  const command = `easy-pubsub topics create ${worker} ${reply_to}${where}`;
  return `Create both topics: ${command}. Or let the run create them: --create-topics.`;
}
