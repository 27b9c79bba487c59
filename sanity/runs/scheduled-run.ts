import { functionNames } from '../../lambda/functions.js';
import { METRICS_VARIABLE } from '../../lambda/names/metrics.js';
import { scheduledVariables } from '../../lambda/names/scheduled-sanity.js';
import type { MetricLines } from '../../lambda/runtime/metric-lines.js';
import { pubsub_error } from '../../src/base/error.js';
import type { logger } from '../../src/base/ports.js';
import type { AwsPort, InvokePort } from '../../aws/port.js';
import { defaultOptions } from '../options.js';
import type { SanityReport } from '../report/schema.js';
import { RunRecord } from './record.js';
import type { ScheduledEvent } from './scheduled-event.js';
import type { StackFacts } from '../stack/outputs.js';
import { runFunctions } from './functions.js';

export interface ScheduledRunParts {
  readonly aws: InvokePort & Pick<AwsPort, 'region'>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly log: logger;
  readonly metrics: MetricLines;
}

/**
 * One scheduled run: the plan, the checks and the report of `sanity --stack`, against functions that environment
 * variables name. Its verdict becomes metrics, also when the run fails without one.
 */
export async function scheduledRun(event: ScheduledEvent, parts: ScheduledRunParts): Promise<SanityReport> {
  const { aws, env, signal, log, metrics } = parts;
  try {
    const facts = factsIn(env);
    const run = new RunRecord();
    const outcome = await runFunctions(run, aws, facts, {
      ...defaultOptions,
      longest: { ms: defaultOptions.timeoutMs, isOption: false },
      count: event.count,
      concurrency: event.concurrency,
      payloadBytes: event.payload_bytes,
      signal,
      onProgress: (sentence) => log.debug(`waiting for ${sentence}`),
      onLog: () => undefined,
    });
    const stack = env[METRICS_VARIABLE] ?? 'unknown';
    const report = run.report(
      {
        target: { kind: 'stack', clocks: 'several', description: `stack ${stack} in ${aws.region}` },
        config: { stack: { name: stack, region: aws.region }, functions: namesOf(facts) },
        versions: {
          easy_pubsub: env[scheduledVariables.version] ?? 'unknown',
          node: process.version,
          kafka: null,
        },
      },
      outcome,
    );
    measure(report, metrics);
    // Without the positions of every frame: a log line has a size limit.
    const { records: _, ...logged } = report;
    if (report.verdict === 'healthy') log.info('report', { report: logged });
    else log.error('report', { report: logged });
    return report;
  } catch (error) {
    metrics.add('SanityHealthy', 0);
    throw error;
  }
}

function measure({ verdict, ledger, latency, ms }: SanityReport, metrics: MetricLines): void {
  metrics.add('SanityHealthy', verdict === 'healthy' ? 1 : 0);
  metrics.add('SanityLostFrames', ledger.lost);
  metrics.add('SanityRunMs', ms);
  const { p99 } = latency.warm.total;
  if (p99 !== null) metrics.add('SanityRoundTripP99Ms', p99);
}

/** @throws pubsub_error `config_invalid` */
function factsIn(env: ScheduledRunParts['env']): Pick<StackFacts, 'functions' | 'mayPlant'> {
  const missing = [...functionNames, 'timeout_ms' as const]
    .map((key) => scheduledVariables[key])
    .filter((name) => (env[name] ?? '') === '');
  if (missing.length > 0) {
    throw new pubsub_error('config_invalid', 'config', `the environment of the function lacks ${missing.join(', ')}`, {
      hint: 'Redeploy the stack: npx cdk deploy -c schedule=…',
    });
  }
  const timeoutMs = Number(env[scheduledVariables.timeout_ms]);
  const functions = Object.fromEntries(
    functionNames.map((name) => [name, { name: env[scheduledVariables[name]] ?? '', timeoutMs }]),
  ) as StackFacts['functions'];
  const isOwn = env[scheduledVariables.own_topics] === 'true';
  return { functions, mayPlant: isOwn ? true : 'invalid records are only written to topics that the stack created' };
}

function namesOf({ functions }: Pick<StackFacts, 'functions'>): Record<string, string> {
  return Object.fromEntries(Object.entries(functions).map(([name, facts]) => [name, facts.name]));
}
