import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';

/** A cluster, as its metrics identify it. */
export interface MonitoredCluster {
  readonly name: string;
  /** The known broker ids: "1", "2"… */
  readonly brokerIds: readonly string[];
  /**
   * True if MSK emits the metrics of its PER_BROKER level, which cost money; otherwise it emits only those of DEFAULT.
   */
  readonly perBrokerLevel: boolean;
}

export interface BrokerAlarm {
  readonly id: string;
  readonly metric: Metric;
  readonly threshold: number;
  /** The number of consecutive periods of five minutes. */
  readonly periods: number;
  readonly meaning: string;
}

/**
 * The monitored metrics of a cluster. Thresholds are those of AWS's list (agent toolkit, monitor-and-alarm.md). "Amazon
 * MSK metrics for monitoring Standard brokers with CloudWatch" says which level emits which metric with which
 * dimensions; test/lib/operations.test.ts checks the alarms against it.
 */
export function brokerAlarms(cluster: MonitoredCluster): BrokerAlarm[] {
  const one = (brokerId: string): BrokerAlarm[] => [
    {
      id: `Broker${brokerId}UnderReplicated`,
      metric: brokerMetric(cluster, 'UnderReplicatedPartitions', Stats.MAXIMUM, brokerId),
      threshold: 1,
      // The replicas of a broker that is being patched are behind for some minutes.
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

/** The broker ids in a list of addresses: "b-1.…:9098,b-2.…:9098". MSK lists at most three. */
export function brokerIdsOf(bootstrapBrokers: string): string[] {
  const ids = bootstrapBrokers.split(',').flatMap((broker) => /^b-(\d+)[.-]/.exec(broker)?.[1] ?? []);
  return [...new Set(ids)].sort((a, b) => Number(a) - Number(b));
}
