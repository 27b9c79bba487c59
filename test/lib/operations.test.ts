import { describe, expect, test } from 'vitest';
import { metricUnits } from '../../lambda/names/metrics.js';
import { brokerIdsOf } from '../../lib/broker-alarms.js';
import { existingCluster, templateOf, variants, type CfnTemplate } from './support/synthesize.js';

type Level = 'DEFAULT' | 'PER_BROKER';

/**
 * The lowest level that emits a metric, and its dimensions there. AWS: "Amazon MSK metrics for monitoring Standard
 * brokers with CloudWatch", https://docs.aws.amazon.com/msk/latest/developerguide/metrics-details.html
 */
const emitted: Readonly<Record<string, { level: Level; dimensions: readonly string[] }>> = {
  OfflinePartitionsCount: { level: 'DEFAULT', dimensions: ['Cluster Name'] },
  UnderReplicatedPartitions: { level: 'DEFAULT', dimensions: ['Broker ID', 'Cluster Name'] },
  KafkaDataLogsDiskUsed: { level: 'DEFAULT', dimensions: ['Broker ID', 'Cluster Name'] },
  IAMTooManyConnections: { level: 'PER_BROKER', dimensions: ['Broker ID', 'Cluster Name'] },
};

interface Alarm {
  id: string;
  MetricName: string;
  Namespace: string;
  Dimensions: { Name: string; Value: unknown }[];
  TreatMissingData: string;
  ComparisonOperator: string;
  Threshold: number;
  Period: number;
  EvaluationPeriods: number;
  AlarmActions?: unknown[];
  OKActions?: unknown[];
}

function alarmsOf(template: CfnTemplate): Alarm[] {
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm')
    .map(([id, { Properties }]) => ({ id, ...(Properties as unknown as Omit<Alarm, 'id'>) }));
}

function levelOf(template: CfnTemplate): Level {
  const cluster = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::MSK::Cluster');
  // Nothing is known of a cluster of another team: DEFAULT is what every cluster has.
  return (cluster?.Properties['EnhancedMonitoring'] ?? 'DEFAULT') as Level;
}

const operations = { operations: 'true' };

describe.each([
  ['the cluster of the stack', operations],
  ['three zones', { ...operations, azs: '3' }],
  ['an existing cluster', { ...existingCluster, ...operations }],
])('%s', (_name, context) => {
  const template = templateOf(context);
  const ofBrokers = alarmsOf(template).filter(({ Namespace }) => Namespace === 'AWS/Kafka');

  test.each(ofBrokers.map((alarm) => [alarm.id, alarm] as const))(
    '%s has alarms only on metrics that its cluster emits',
    (_id, alarm) => {
      const metric = emitted[alarm.MetricName];
      const levels: readonly Level[] = levelOf(template) === 'PER_BROKER' ? ['DEFAULT', 'PER_BROKER'] : ['DEFAULT'];
      expect(levels).toContain(metric?.level);
      expect(alarm.Dimensions.map(({ Name }) => Name).sort()).toEqual(metric?.dimensions);
    },
  );

  test('every metric of brokers has an alarm for each broker', () => {
    const brokers = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::MSK::Cluster');
    const count = Number(brokers?.Properties['NumberOfBrokerNodes'] ?? 1);
    for (const [name, { level, dimensions }] of Object.entries(emitted)) {
      if (level === 'PER_BROKER' && levelOf(template) !== 'PER_BROKER') continue;
      const ids = ofBrokers
        .filter(({ MetricName }) => MetricName === name)
        .flatMap(({ Dimensions }) => Dimensions.filter((one) => one.Name === 'Broker ID').map(({ Value }) => Value));
      const each = Array.from({ length: count }, (_, n) => String(n + 1));
      expect(ids.sort()).toEqual(dimensions.includes('Broker ID') ? each : []);
    }
  });

  test('dimensions have the name of the cluster', () => {
    const cluster = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::MSK::Cluster');
    const name = cluster?.Properties['ClusterName'] ?? 'demo';
    const named = ofBrokers.flatMap(({ Dimensions }) => Dimensions.filter((one) => one.Name === 'Cluster Name'));
    expect([...new Set(named.map(({ Value }) => Value))]).toEqual([name]);
  });
});

test('by default there is no alarm, no dashboard, no monitoring level that costs money, and no variable', () => {
  const template = templateOf();
  const types = new Set(Object.values(template.Resources).map(({ Type }) => Type));
  expect([...types].filter((type) => /CloudWatch|Scheduler|SNS/.test(type))).toEqual([]);
  expect(levelOf(template)).toBe('DEFAULT');
  expect(JSON.stringify(template)).not.toContain('EASY_PUBSUB');
});

test('functions, round trips and lost frames have alarms on the metric names that the functions write', () => {
  const template = templateOf(operations);
  const watched = alarmsOf(template).map(({ Namespace, MetricName, Dimensions }) => {
    const [dimension] = Dimensions;
    return `${Namespace} ${MetricName} ${JSON.stringify(dimension?.Value)}`;
  });
  const functions = Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::Lambda::Function');
  for (const [id] of functions.filter(([name]) => /^(Publisher|Worker|ReplyTo)Function/.test(name))) {
    for (const name of ['Errors', 'Throttles']) expect(watched).toContain(`AWS/Lambda ${name} {"Ref":"${id}"}`);
  }
  for (const name of ['RoundTripMs', 'LostFrames']) expect(watched).toContain(`EasyPubsub ${name} "SanityStack"`);
  const own = alarmsOf(template).filter(({ Namespace }) => Namespace === 'EasyPubsub');
  for (const { MetricName } of own) expect(Object.keys(metricUnits)).toContain(MetricName);
  const variables = functions.map(([, { Properties }]) => JSON.stringify(Properties['Environment'] ?? ''));
  expect(variables.filter((text) => text.includes('"EASY_PUBSUB_METRICS_STACK":"SanityStack"')).length).toBe(3);
});

describe('scheduled runs', () => {
  const alarms = alarmsOf(templateOf({ ...operations, schedule: 'cron(0/15 8-18 * * ? *)' }));
  const find = (part: string): Alarm | undefined => alarms.find(({ id }) => id.includes(part));

  test('that fail raise an alarm', () => {
    expect(find('SanityFails')).toMatchObject({
      MetricName: 'SanityHealthy',
      Statistic: 'Minimum',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'notBreaching',
    });
  });

  test('that are missing raise an alarm after twice the longest pause of the schedule', () => {
    expect(find('SanitySilent')).toMatchObject({
      MetricName: 'SanityHealthy',
      Statistic: 'SampleCount',
      Period: (13 * 60 + 15) * 60,
      EvaluationPeriods: 2,
      TreatMissingData: 'breaching',
    });
  });

  test.each(['rate(5 minutes)', 'rate(59 minutes)', 'rate(1 hour)', 'rate(1 day)'])(
    'are evaluated over a period that CloudWatch accepts: %s',
    (schedule) => {
      // PutMetricAlarm: a day in all for periods below an hour, a week for others.
      for (const { Period, EvaluationPeriods } of alarmsOf(templateOf({ ...operations, schedule }))) {
        expect(Period % 60).toBe(0);
        expect(Period * EvaluationPeriods).toBeLessThanOrEqual(Period < 3_600 ? 86_400 : 604_800);
      }
    },
  );
});

test('a topic is notified when an alarm starts and when it ends', () => {
  const alarms = alarmsOf(templateOf(variants['own cluster, watched']));
  // docs/cost.md counts them.
  expect(alarms.length).toBe(19);
  for (const { AlarmActions, OKActions } of alarms) {
    expect([AlarmActions, OKActions]).toEqual(Array(2).fill(['arn:aws:sns:eu-west-1:111122223333:alarms']));
  }
});

test('brokers of MSK Serverless have no alarms', () => {
  const alarms = alarmsOf(templateOf({ ...variants['existing topics'], ...operations }));
  expect(alarms.filter(({ Namespace }) => Namespace === 'AWS/Kafka')).toEqual([]);
});

test('brokers are identified by their addresses', () => {
  const brokers = 'b-3.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9098,b-1.demo.abc:9098,kafka.example.com:9098';
  expect(brokerIdsOf(brokers)).toEqual(['1', '3']);
});

test('the number of metrics keeps the dashboard in the free tier', () => {
  const template = templateOf(variants['own cluster, watched']);
  const dashboards = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Dashboard');
  expect(dashboards.length).toBe(1);
  const shown = JSON.stringify(dashboards).match(/\\"(AWS\/Lambda|AWS\/Kafka|EasyPubsub)\\",/g) ?? [];
  expect(shown.length).toBeGreaterThan(20);
  expect(shown.length).toBeLessThanOrEqual(50);
});
