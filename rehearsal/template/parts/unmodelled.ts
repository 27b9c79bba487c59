import { distance } from 'fastest-levenshtein';
import type { pubsub_error } from '../../../src/base/error.js';
import { mistake, problem, type Problems } from '../../problem.js';
import type { Remark } from '../remarks.js';
import { givesBrokers } from '../resolve/custom-resources.js';
import { possiblyOf } from '../resolve/resources.js';
import type { Resolving } from '../resolve/resolving.js';
import { otherTransforms } from '../load/transforms.js';

/** Resources that would use a cluster in AWS, and do not run in a rehearsal. */
const unmodelled: Readonly<Record<string, string>> = {
  'AWS::KafkaConnect::Connector': 'is an MSK Connect connector, which does not run here',
  'AWS::MSK::Configuration': 'is a broker configuration, which is not read: the Kafka here has MSK’s defaults',
  'AWS::MSK::Replicator': 'is a replicator, which copies nothing here',
  'AWS::MSK::VpcConnection': 'is a connection from another VPC, which does not exist here',
  'AWS::Pipes::Pipe': 'is a pipe, which does not run here',
};

/** Types that are read, or set aside with their own reason. CDK's metadata has no effect in AWS either. */
export const spokenOf: ReadonlySet<string> = new Set([
  ...Object.keys(unmodelled),
  'AWS::CDK::Metadata',
  'AWS::CloudFormation::Stack',
  'AWS::CloudFormation::StackSet',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::Subnet',
  'AWS::EC2::VPC',
  'AWS::EC2::VPCCidrBlock',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::IAM::RolePolicy',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Lambda::LayerVersion',
  'AWS::Logs::LogGroup',
  'AWS::MSK::Cluster',
  'AWS::MSK::ClusterPolicy',
  'AWS::MSK::ServerlessCluster',
  'AWS::MSK::Topic',
  'AWS::Serverless::Application',
  // What a transform would create; it has its own remark.
  'Fn::Transform',
]);

/** The number of resources of a type that the list names; the rest is counted. */
const MOST_NAMED = 3;

/**
 * Refuses types that differ from a known one by a letter or by case. CloudFormation does not know them, and here they
 * would be ignored without a message.
 */
export function refuseMisspeltTypes({ document }: Resolving, problems: Problems): void {
  const known = [...spokenOf, 'AWS::Serverless::Function'];
  for (const [id, { Type }] of Object.entries(document.Resources)) {
    if (known.includes(Type) || !Type.startsWith('AWS::')) continue;
    const like = known.find((one) => distance(one.toLowerCase(), Type.toLowerCase()) <= 1);
    if (like === undefined) continue;
    problems.add(mistake(`Resources.${id}.Type`, `CloudFormation has no type ${Type}`, `Did you mean ${like}?`));
  }
}

/** Remarks the parts of the template that are not modelled. */
export function remarkUnmodelled(resolving: Resolving, transform: unknown): void {
  for (const { type, path } of possiblyOf(resolving, ...Object.keys(unmodelled))) {
    resolving.remarks.notModelled(path, unmodelled[type] ?? '');
  }
  remarkOthers(resolving);
  for (const name of otherTransforms(transform)) {
    resolving.remarks.notModelled('Transform', `${name} is not applied: what it changes or adds is missing`);
  }
}

/** For a template in which nothing runs: the functions may be in what is missing. */
export function transformRefusals(transform: unknown, leftOut: readonly Remark[]): pubsub_error[] {
  const sentence = 'the functions that it adds are missing';
  return [
    ...otherTransforms(transform).map((name) => problem('Transform', `${name} is not applied: ${sentence}`, PROCESSED)),
    ...leftOut
      .filter(({ path }) => /^Resources\.(?:[^.]+\.)?Fn::Transform$/.test(path))
      .map(({ path, reason }) => problem(path, reason, PROCESSED)),
  ];
}

const PROCESSED =
  'Give the template as CloudFormation has processed it: aws cloudformation get-template --template-stage Processed.';

/** All other types in one remark: a template may have hundreds of such resources. */
function remarkOthers(resolving: Resolving): void {
  const types = new Set(Object.values(resolving.document.Resources).map(({ Type }) => Type));
  const others = [...types]
    .filter((type) => !spokenOf.has(type))
    .flatMap((type) => {
      const ids = possiblyOf(resolving, type)
        .filter((resource) => !givesBrokers(resource))
        .map(({ logicalId }) => logicalId);
      const more = ids.length > MOST_NAMED ? ` and ${ids.length - MOST_NAMED} more` : '';
      return ids.length === 0 ? [] : [`${type} (${ids.slice(0, MOST_NAMED).join(', ')}${more})`];
    });
  if (others.length === 0) return;
  resolving.remarks.notModelled('Resources', `not modelled: ${others.join(', ')}: only their names and ARNs are known`);
}
