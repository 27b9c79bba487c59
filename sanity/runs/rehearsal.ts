import { stackOutputs } from '../../lib/naming.js';
import type { FunctionName } from '../../lambda/functions.js';
import { functionNames } from '../../lambda/functions.js';
import {
  delayOnMskMs,
  describePlace,
  Rehearsal,
  synthesis,
  type FunctionModel,
  type GivenOptions,
  type Plan,
  type StackKafka,
  type StackModel,
  userCredentials,
} from '../../rehearsal/index.js';
import { Deadline } from '../../src/base/deadline.js';
import { connectAws } from '../../aws/connect.js';
import { requireSdk } from '../../aws/load-sdk.js';
import { openSession } from '../../aws/session.js';
import { requireSanityStack } from '../stack/outputs.js';
import { leastPrivilege, networkCheck, startCheck } from '../checks/rehearsal.js';
import type { Check, SanityReport } from '../report/schema.js';
import { runAgainstStack, type StackRunOptions } from './stack.js';

export interface RehearsalRunOptions extends Omit<
  StackRunOptions,
  'stackName' | 'region' | 'connect' | 'place' | 'rightsInForce'
> {
  /** @default the stack of `npx cdk synth` with this context */
  readonly template: string | undefined;
  /** Created from the template earlier, with the same options. @default created here */
  readonly plan?: Plan | undefined;
  /** The assumed place of the stack, and values that its template does not have. @default as the template says */
  readonly given: GivenOptions;
  /** A running Kafka to use, which keeps running. @default a new one */
  readonly kafka?: StackKafka | undefined;
  readonly context: Readonly<Record<string, string>>;
  /** @default 3000, as on MSK */
  readonly groupInitialRebalanceDelayMs?: number;
  readonly sessionSeconds?: number | undefined;
  /** Whether functions are frozen between invocations, and lose their connections. @default false */
  readonly freeze?: boolean | undefined;
}

const START_MS = 300_000;

/**
 * Runs a stack on this machine before it is deployed: the same functions, rights and settings, a Kafka that enforces
 * them, and the same run and report as against the deployed stack.
 *
 * @throws pubsub_error only when there is nothing to report on: a template that cannot be rehearsed, no Kafka, aborted
 */
export async function runRehearsal(options: RehearsalRunOptions): Promise<SanityReport> {
  const deadline = new Deadline(START_MS, options.signal);
  const began = performance.now();
  const delayMs = options.groupInitialRebalanceDelayMs ?? delayOnMskMs;
  // A missing package is reported before a Kafka is started.
  requireSdk('stack');
  await using rehearsal = await Rehearsal.start({
    template: options.plan ?? options.template ?? (await synthesis(options.context)),
    ...options.given,
    accept: requireSanityStack,
    groupInitialRebalanceDelayMs: delayMs,
    deadline,
    onProgress: options.onProgress,
    onLog: (stack, one, line) => {
      const name = reportName(stack, one);
      if (name !== undefined) options.onLog(name, line);
    },
    kafka: options.kafka,
    freeze: options.freeze,
    sessionSeconds: options.sessionSeconds,
  });
  const { model, place, kafka, url, additions } = rehearsal;
  for (const { path, sentence } of rehearsal.remarks) options.onStack(`note: ${path}: ${sentence}`);
  const { version } = kafka.iam.kafka;
  const description = `${model.stackName}, rehearsed on Kafka ${version} with ${kafka.iam.gatewayBrokers.length} brokers behind IAM gateways`;
  const readyMs = performance.now() - began;
  const report = await runAgainstStack({
    ...options,
    stackName: model.stackName,
    connect: async () =>
      connectAws(await openSession({ region: model.region, endpoint: url, credentials: userCredentials })),
    stop: () => rehearsal.stop(),
    rightsInForce: true,
    place: { target: { kind: 'rehearsal', clocks: 'one_host', description }, kafka: version },
  });
  const network = networkCheck(
    model.functions.map((one) => ({ name: reportName(model, one) ?? one.name, ...rehearsal.network.of(one) })),
  );
  const { denied, never_used } = await rehearsal.evidence(report.run_id);
  return {
    ...withNetwork(report, network),
    ms: report.ms + Math.round(readyMs),
    checks: [
      startCheck(`${description}, in ${describePlace(place)}`, readyMs),
      network,
      ...report.checks,
      ...leastPrivilege(report, never_used),
    ],
    broker_evidence: {
      denied: denied.map(({ requests, ...right }) => ({ ...right, requests: [...requests] })),
      never_used: [...never_used],
    },
    rehearsal: {
      template: options.template ?? 'synthesized',
      place: { ...place, taken_from: { ...place.taken_from } },
      additions: [...additions],
      set_aside: [...model.setAside],
      made_up: [...model.madeUp],
      not_modelled: [...model.notModelled],
      notes: [...rehearsal.remarks],
      group_initial_rebalance_delay_ms: delayMs,
      frozen_between_invocations: options.freeze ?? false,
    },
  };
}

/**
 * The verdict when the network of the stack is known: if no broker answered because its own security groups do not allow
 * it, this is a fault of the stack.
 */
export function withNetwork(report: SanityReport, { outcome }: Pick<Check, 'outcome'>): SanityReport {
  return outcome === 'fail' ? { ...report, verdict: 'unhealthy', exit_code: 1, reason: undefined } : report;
}

/** The report's name of a function; undefined for one that no step invokes. */
function reportName({ outputs }: StackModel, { name }: FunctionModel): FunctionName | undefined {
  return functionNames.find((one) => outputs[stackOutputs.functionName[one]] === name);
}
