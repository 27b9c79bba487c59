/** Every context value: in which variant it counts, its default, and what it does. docs/aws.md is held to this list. */
export const contextKeys = {
  stackName: { variant: 'both', fallback: 'SanityStack', meaning: 'The name of the stack, 25 characters at most.' },
  partitions: { variant: 'both', fallback: '3', meaning: 'Partitions of each topic, 1 to 1000.' },
  retentionHours: { variant: 'both', fallback: '1', meaning: 'How long records stay, in hours.' },
  operations: {
    variant: 'both',
    fallback: 'false',
    meaning:
      'true: a dashboard, alarms, metrics of the functions, and of each broker of a cluster of this stack. Costs money.',
  },
  alarmTopicArn: {
    variant: 'both',
    fallback: '',
    meaning: 'With operations=true: an SNS topic that hears of alarms, and of their end.',
  },
  schedule: {
    variant: 'both',
    fallback: '',
    meaning:
      'A fourth function makes a sanity run so often: rate(15 minutes), or cron(0/15 8-18 * * ? *) in UTC. Every 5 minutes at most, once a day at least.',
  },
  instanceType: { variant: 'own', fallback: 'kafka.m7g.large', meaning: 'Brokers: kafka.m7g.* or kafka.m5.*.' },
  kafkaVersion: {
    variant: 'own',
    fallback: '3.9.x.kraft',
    meaning: 'The line of Kafka, as MSK writes it. The default follows KAFKA_VERSION in .env.',
  },
  storageGiB: { variant: 'own', fallback: '10', meaning: 'Disk of each broker.' },
  azs: {
    variant: 'own',
    fallback: '2',
    meaning: 'Zones, and brokers: 2 (replication 2, min ISR 1) or 3 (replication 3, min ISR 2).',
  },
  availabilityZones: {
    variant: 'own',
    fallback: 'what `Fn::GetAZs` gives first: zones with a default subnet',
    meaning: 'Zones by name, separated by commas, for accounts whose first zones MSK refuses. As many as azs.',
  },
  vpcCidr: { variant: 'own', fallback: '10.42.0.0/16', meaning: 'The range of the network, /16 to /25.' },
  removalPolicy: {
    variant: 'own',
    fallback: 'destroy',
    meaning: 'destroy, or retain: `cdk destroy` then leaves the cluster, which goes on costing money.',
  },
  clusterArn: { variant: 'existing', fallback: '', meaning: 'A cluster that is there already.' },
  vpcId: { variant: 'existing', fallback: '', meaning: 'The network that the functions go into.' },
  subnetIds: { variant: 'existing', fallback: '', meaning: 'Subnets for the functions, separated by commas.' },
  bootstrapBrokers: {
    variant: 'existing',
    fallback: '',
    meaning:
      'The cluster’s IAM brokers (`aws kafka get-bootstrap-brokers`, BootstrapBrokerStringSaslIam), on port 9098.',
  },
  brokerSecurityGroupId: {
    variant: 'existing',
    fallback: '',
    meaning: 'The brokers’ group: we make a group for the functions, and one ingress rule on 9098 in this one.',
  },
  clientSecurityGroupId: {
    variant: 'existing',
    fallback: '',
    meaning: 'A group that may reach the brokers already: attached to the functions, changed in nothing.',
  },
  createTopics: {
    variant: 'existing',
    fallback: 'true',
    meaning: 'false: use topics that are there (the only way on MSK Serverless).',
  },
  workerTopic: { variant: 'existing', fallback: '<stack>.worker', meaning: 'Name of the topic of requests.' },
  replyToTopic: { variant: 'existing', fallback: '<stack>.reply_to', meaning: 'Name of the topic of replies.' },
  replicationFactor: {
    variant: 'existing',
    fallback: '2',
    meaning: 'Of the topics that the stack makes; min ISR is one less.',
  },
} as const satisfies Record<string, { variant: 'own' | 'existing' | 'both'; fallback: string; meaning: string }>;

export type ContextKey = keyof typeof contextKeys;
