import { Duration } from 'aws-cdk-lib';
import { GraphWidget, Row, Stats, type IMetric, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../lambda/names/metrics.js';
import type { BundledFunction } from './bundled-function.js';
import { brokerMetric, type MonitoredCluster } from './broker-alarms.js';

export interface DashboardProps {
  readonly functions: readonly (readonly [name: string, made: BundledFunction])[];
  readonly cluster: MonitoredCluster | undefined;
  /** A metric of the functions. */
  readonly own: (name: MetricName, statistic: string) => Metric;
  /** True if there are scheduled runs. */
  readonly hasRuns: boolean;
}

const period = Duration.minutes(5);

/** The dashboard: round trips first, then functions and brokers. Under 50 metrics, which are free (docs/cost.md). */
export function dashboardRows({ functions, cluster, own, hasRuns }: DashboardProps): Row[] {
  const ofFunctions = (of: (made: BundledFunction) => Metric): IMetric[] =>
    functions.map(([name, made]) => of(made).with({ label: name }));
  return [
    row(
      graph('Round trips, ms', [own('RoundTripMs', Stats.p(50)), own('RoundTripMs', Stats.p(99))]),
      graph('Unanswered requests', [own('LostFrames', Stats.SUM)]),
      ...(hasRuns
        ? [
            graph('Scheduled runs: healthy', [own('SanityHealthy', Stats.MINIMUM)]),
            graph(
              'Scheduled runs, ms',
              [own('SanityRoundTripP99Ms', Stats.MAXIMUM)],
              [own('SanityRunMs', Stats.MAXIMUM)],
            ),
          ]
        : []),
    ),
    row(
      graph(
        'Errors',
        ofFunctions(({ function: made }) => made.metricErrors({ period })),
      ),
      graph(
        'Throttles',
        ofFunctions(({ function: made }) => made.metricThrottles({ period })),
      ),
      graph(
        'Invocations',
        ofFunctions(({ function: made }) => made.metricInvocations({ period })),
      ),
      graph(
        'Duration p99, ms',
        ofFunctions(({ function: made }) => made.metricDuration({ period, statistic: Stats.p(99) })),
      ),
    ),
    ...(cluster === undefined ? [] : [brokers(cluster)]),
  ];
}

function brokers(cluster: MonitoredCluster): Row {
  const each = (name: string, statistic: string): IMetric[] =>
    cluster.brokerIds.map((id) => brokerMetric(cluster, name, statistic, id).with({ label: `broker ${id}` }));
  return row(
    graph('Partitions without a leader', [brokerMetric(cluster, 'OfflinePartitionsCount', Stats.MAXIMUM)]),
    graph('Replicas behind', each('UnderReplicatedPartitions', Stats.MAXIMUM)),
    graph('Disk used, %', each('KafkaDataLogsDiskUsed', Stats.MAXIMUM)),
    ...(cluster.perBrokerLevel ? [graph('Refused IAM logins', each('IAMTooManyConnections', Stats.SUM))] : []),
  );
}

function row(...graphs: GraphWidget[]): Row {
  return new Row(...graphs);
}

function graph(title: string, left: IMetric[], right: IMetric[] = []): GraphWidget {
  return new GraphWidget({ title, left, right, width: 6, height: 6 });
}
