import { pinnedKafkaVersion } from './package-file.js';

/** Versions of new standard clusters of MSK (AWS: "Supported Apache Kafka versions") that CfnTopic supports. */
export const kafkaVersions = [
  '3.7.x',
  '3.7.x.kraft',
  '3.8.x',
  '3.8.x.kraft',
  '3.9.x',
  '3.9.x.kraft',
  '4.0.x.kraft',
  '4.1.x.kraft',
] as const;

/** The same release line as on the laptop: `KAFKA_VERSION` in .env, 3.9.1, is 3.9.x.kraft here. */
export function defaultKafkaVersion(): string {
  const { version } = pinnedKafkaVersion();
  if (version === undefined) throw new Error('KAFKA_VERSION is missing in the .env file of this package');
  const [major, minor] = version.split('.');
  return `${String(major)}.${String(minor)}.x.kraft`;
}

/** Why a version is refused. AWS would refuse it only a quarter of an hour after the start of a deployment. */
export function kafkaVersionProblem(version: string): string | undefined {
  if ((kafkaVersions as readonly string[]).includes(version)) return undefined;
  if (version === '4.2.x.kraft')
    return '4.2 is available for Express brokers only, and this stack creates standard ones';
  if (/^4\.\d\.x$/.test(version)) return `Kafka 4 has no ZooKeeper: write ${version}.kraft`;
  const exact = /^(\d\.\d+)\.\d+$/.exec(version);
  if (exact !== null) return `MSK uses release lines, not releases: write ${String(exact[1])}.x.kraft`;
  return `MSK does not create clusters with it; known are ${kafkaVersions.join(', ')}`;
}

const sizes: Readonly<Record<string, readonly string[]>> = {
  m5: ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge'],
  m7g: ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge'],
};

/** Why an instance type is refused. */
export function instanceTypeProblem(type: string): string | undefined {
  if (/t3\.small$/.test(type)) {
    return 'MSK no longer creates clusters with it ("Unsupported InstanceType"), and where it did, it let 4 IAM logins per second through: use kafka.m7g.large';
  }
  if (/serverless/i.test(type)) {
    return 'MSK Serverless has no topics API, so CloudFormation cannot create topics there; give an existing cluster with clusterArn and createTopics=false';
  }
  if (type.startsWith('express.'))
    return 'Express brokers have no volume and need three zones; this stack creates standard brokers';
  const [prefix, family = '', size = ''] = type.split('.');
  if (prefix === 'kafka' && sizes[family]?.includes(size) === true) return undefined;
  return `MSK does not create clusters with it; known are ${Object.entries(sizes)
    .map(([name, all]) => `kafka.${name}.{${all.join(',')}}`)
    .join(' and ')}`;
}
