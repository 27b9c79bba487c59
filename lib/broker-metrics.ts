import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';

/** A cluster as its metrics name it. */
export interface MonitoredCluster {
  readonly name: string;
  /** "1", "2"…: those that are known. */
  readonly brokerIds: readonly string[];
  /** MSK emits the metrics of its PER_BROKER level, which cost money; otherwise those of DEFAULT alone. */
  readonly perBrokerLevel: boolean;
}

export interface BrokerAlarm {
  readonly id: string;
  readonly metric: Metric;
  readonly threshold: number;
  /** Periods of five minutes in a row. */
  readonly periods: number;
  readonly meaning: string;
}

/**
 * What is watched of a cluster. Thresholds are those of AWS's own list (agent toolkit, monitor-and-alarm.md). Which
 * level emits which metric, and with which dimensions, is in "Amazon MSK metrics for monitoring Standard brokers with
 * CloudWatch"; test/lib/operations.test.ts holds the alarms to it.
 */
export function brokerAlarms(cluster: MonitoredCluster): BrokerAlarm[] {
  const one = (brokerId: string): BrokerAlarm[] => [
    {
      id: `Broker${brokerId}UnderReplicated`,
      metric: brokerMetric(cluster, 'UnderReplicatedPartitions', Stats.MAXIMUM, brokerId),
      threshold: 1,
      // A broker that is being patched is behind for some minutes.
      periods: 3,
      meaning: `replicas are behind broker ${brokerId}: another broker is down or slow, or in maintenance`,
    },
    {
      id: `Broker${brokerId}Disk`,
      metric: brokerMetric(cluster, 'KafkaDataLogsDiskUsed', Stats.MAXIMUM, brokerId),
      threshold: 85,
      periods: 1,
      meaning: `the disk of broker ${brokerId} is 85 % full: shorten the retention of the topics, or enlarge the disk`,
    },
    ...(cluster.perBrokerLevel
      ? [
          {
            id: `Broker${brokerId}IamConnections`,
            metric: brokerMetric(cluster, 'IAMTooManyConnections', Stats.SUM, brokerId),
            threshold: 1,
            periods: 1,
            meaning: `broker ${brokerId} refused logins: more than 100 IAM connections began within a second`,
          },
        ]
      : []),
  ];
  return [
    {
      id: 'OfflinePartitions',
      metric: brokerMetric(cluster, 'OfflinePartitionsCount', Stats.MAXIMUM),
      threshold: 1,
      periods: 1,
      meaning: 'partitions have no leader: nothing can be written to them or read',
    },
    ...cluster.brokerIds.flatMap(one),
  ];
}

export function brokerMetric(
  { name }: MonitoredCluster,
  metricName: string,
  statistic: string,
  broker?: string,
): Metric {
  return new Metric({
    namespace: 'AWS/Kafka',
    metricName,
    statistic,
    period: Duration.minutes(5),
    dimensionsMap: broker === undefined ? { 'Cluster Name': name } : { 'Cluster Name': name, 'Broker ID': broker },
  });
}

/** Brokers that a list of addresses names: "b-1.…:9098,b-2.…:9098". MSK lists three of them at most. */
export function brokerIdsOf(bootstrapBrokers: string): string[] {
  const ids = bootstrapBrokers.split(',').flatMap((broker) => /^b-(\d+)[.-]/.exec(broker)?.[1] ?? []);
  return [...new Set(ids)].sort((a, b) => Number(a) - Number(b));
}
