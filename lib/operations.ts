import { Duration, Stack } from 'aws-cdk-lib';
import * as cw from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { functionNames, functionDescriptors, type FunctionName } from '../lambda/functions.js';
import { METRIC_NAMESPACE, STACK_DIMENSION, type MetricName } from '../lambda/names/metrics.js';
import type { BundledFunction } from './bundled-function.js';
import { brokerAlarms, type MonitoredCluster } from './broker-alarms.js';
import { dashboardRows } from './dashboard.js';
import type { PubsubFunction } from './pubsub-function.js';
import type { RunSchedule } from './schedule.js';

export interface OperationsProps {
  readonly functions: Readonly<Record<FunctionName, PubsubFunction>>;
  /** Scheduled sanity runs. @default none */
  readonly scheduled: { readonly function: BundledFunction; readonly schedule: RunSchedule } | undefined;
  /** @default none: there are no alarms on brokers, because AWS operates those of MSK Serverless */
  readonly cluster: MonitoredCluster | undefined;
  /** The SNS topic that is notified when an alarm starts and when it ends. @default none */
  readonly alarmTopicArn: string | undefined;
}

/** A p99 of the round trips that is longer than this raises an alarm. */
const roundTripLimit = Duration.seconds(1);

/** The properties of an alarm besides the metric. */
interface AlarmFacts {
  readonly threshold: number;
  readonly periods?: number;
  readonly below?: boolean;
  /** How a period without a value counts. @default NOT_BREACHING: nothing happened */
  readonly missing?: cw.TreatMissingData;
}

/**
 * Dashboard and alarms: functions, round trips, brokers, and scheduled runs. Alarms have generated names; the
 * description of each says what it means.
 */
export class Operations extends Construct {
  readonly dashboard: cw.Dashboard;
  readonly #action: SnsAction | undefined;

  constructor(scope: Construct, id: string, props: OperationsProps) {
    super(scope, id);
    const { functions, scheduled, cluster, alarmTopicArn } = props;
    // Not in parallel with the cluster: no resource that can fail is created at the same time.
    this.node.addDependency(functions.publisher);
    this.#action =
      alarmTopicArn === undefined ? undefined : new SnsAction(Topic.fromTopicArn(this, 'AlarmTopic', alarmTopicArn));
    const named: readonly (readonly [string, BundledFunction])[] = [
      ...functionNames.map((name) => [functionDescriptors[name].id, functions[name]] as const),
      ...(scheduled === undefined ? [] : [['Sanity', scheduled.function] as const]),
    ];
    for (const [name, made] of named) this.watchFunction(name, made);
    this.watchRoundTrips();
    for (const { id: alarm, metric, threshold, periods, meaning } of cluster === undefined
      ? []
      : brokerAlarms(cluster)) {
      this.alarm(alarm, metric, meaning, { threshold, periods });
    }
    if (scheduled !== undefined) this.watchRuns(scheduled.schedule);
    this.dashboard = new cw.Dashboard(this, 'Dashboard', { defaultInterval: Duration.hours(3) });
    this.dashboard.addWidgets(
      ...dashboardRows({
        functions: named,
        cluster,
        own: (name, statistic) => this.own(name, statistic),
        hasRuns: scheduled !== undefined,
      }),
    );
  }

  private watchFunction(name: string, { function: made }: BundledFunction): void {
    const period = Duration.minutes(5);
    this.alarm(`${name}Errors`, made.metricErrors({ period }), `${name} failed or timed out: see its log`, {
      threshold: 1,
    });
    this.alarm(
      `${name}Throttles`,
      made.metricThrottles({ period }),
      `${name} was throttled: the account's concurrency in this region is used up`,
      { threshold: 1 },
    );
  }

  private watchRoundTrips(): void {
    this.alarm(
      'RoundTripP99',
      this.own('RoundTripMs', cw.Stats.percentile(99)),
      `the p99 of round trips was ${roundTripLimit.toSeconds()} s or more`,
      { threshold: roundTripLimit.toMilliseconds() },
    );
    this.alarm(
      'LostFrames',
      this.own('LostFrames', cw.Stats.SUM),
      'a broker acknowledged requests that were not answered: they were lost, or the worker skipped them after their deadline',
      { threshold: 1 },
    );
  }

  /** Alarms on a failed run and on a missing run; without the second alarm, a missing run would not be noticed. */
  private watchRuns({ longestMinutes }: RunSchedule): void {
    this.alarm(
      'SanityFails',
      this.own('SanityHealthy', cw.Stats.MINIMUM),
      'a scheduled run was not healthy: its report is in the log of the function Sanity',
      { threshold: 1, below: true },
    );
    this.alarm(
      'SanitySilent',
      // Periods are not aligned with the schedule: two of this length contain at least one run.
      this.own('SanityHealthy', cw.Stats.SAMPLE_COUNT, Duration.minutes(longestMinutes)),
      `no scheduled run for ${2 * longestMinutes} minutes: check the schedule, its role, and the function Sanity`,
      { threshold: 1, below: true, periods: 2, missing: cw.TreatMissingData.BREACHING },
    );
  }

  private own(name: MetricName, statistic: string, period = Duration.minutes(5)): cw.Metric {
    return new cw.Metric({
      namespace: METRIC_NAMESPACE,
      metricName: name,
      statistic,
      period,
      dimensionsMap: { [STACK_DIMENSION]: Stack.of(this).stackName },
    });
  }

  private alarm(id: string, metric: cw.Metric, meaning: string, facts: AlarmFacts): void {
    const { threshold, periods = 1, below = false, missing = cw.TreatMissingData.NOT_BREACHING } = facts;
    const alarm = metric.createAlarm(this, id, {
      alarmDescription: `${Stack.of(this).stackName}: ${meaning}`,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: below
        ? cw.ComparisonOperator.LESS_THAN_THRESHOLD
        : cw.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: missing,
    });
    if (this.#action === undefined) return;
    alarm.addAlarmAction(this.#action);
    alarm.addOkAction(this.#action);
  }
}
