import type { PolicyStatement } from '../policy/document/statement.js';
import type { MadeUp, Remark } from './remarks.js';

export type { MadeUp, Remark } from './remarks.js';

/** What a stack creates, as far as a rehearsal uses it: plain data, everything resolved. */
export interface StackModel {
  readonly stackName: string;
  readonly stackId: string;
  readonly region: string;
  readonly account: string;
  /** "aws", "aws-cn", "aws-us-gov" */
  readonly partition: string;
  /** Those of the template, and those that are there already and that its topics or policies name. */
  readonly clusters: readonly ClusterModel[];
  /** Policies of clusters, those that speak of a cluster's data. */
  readonly clusterPolicies: readonly ClusterPolicyModel[];
  readonly topics: readonly TopicModel[];
  readonly roles: readonly RoleModel[];
  readonly functions: readonly FunctionModel[];
  readonly securityGroups: readonly SecurityGroupModel[];
  readonly eventSources: readonly EventSourceModel[];
  /** What a person named besides the template. */
  readonly given: GivenNames;
  readonly outputs: Readonly<Record<string, string>>;
  /** What was left out, because the rehearsal does not use it or cannot run it; nothing is left out silently. */
  readonly setAside: readonly Remark[];
  /** What would do something in AWS that nothing does here. */
  readonly notModelled: readonly Remark[];
  /** What CloudFormation would refuse, in parts that decide nothing here. */
  readonly mistakes: readonly Remark[];
  /** Values that only a deployed stack has, and that decide nothing. */
  readonly madeUp: readonly MadeUp[];
}

export interface GivenNames {
  /** The cluster that is meant, where the template leaves it open. */
  readonly clusterArn?: string | undefined;
  /** Topics that are there besides the template's. */
  readonly topics: readonly string[];
  /** Groups that the functions use. */
  readonly groups: readonly string[];
}

export interface ClusterModel {
  /** Undefined for a cluster that is there already. */
  readonly logicalId: string | undefined;
  readonly arn: string;
  /** Ids of its brokers' groups. Undefined for a cluster that is there already, and for one in its VPC's own group. */
  readonly securityGroups?: readonly string[] | undefined;
  /** True where brokers have public addresses too. @default false */
  readonly isPublic?: boolean | undefined;
  /** Why no one can log in with IAM. Undefined where that is on, and for a cluster that is there already. */
  readonly iamLoginOff?: string | undefined;
}

export interface ClusterPolicyModel {
  /** The cluster that has it. */
  readonly clusterArn: string;
  readonly policy: PolicyModel;
}

export interface TopicModel {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly clusterArn: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly configs: Readonly<Record<string, string>>;
}

export interface RoleModel {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** Where it stands in the template. */
  readonly path: string;
  /** Inline ones, and those of resources of their own (AWS::IAM::Policy, AWS::IAM::ManagedPolicy…). */
  readonly policies: readonly PolicyModel[];
  /** Managed by AWS: their ARNs. */
  readonly managedPolicies: readonly string[];
  /** A second limit: what it does not allow, the role may not. */
  readonly permissionsBoundary?: { readonly arn: string; readonly policy?: PolicyModel } | undefined;
}

export interface PolicyModel {
  readonly name: string;
  readonly path: string;
  /** Those that have to do with a cluster's data; the rest is none of Kafka's business. */
  readonly statements: readonly PolicyStatement[];
}

export type FunctionCode =
  /** A folder with the code. */
  | { readonly kind: 'folder'; readonly path: string }
  /** A .zip file. */
  | { readonly kind: 'zip'; readonly path: string }
  /** The text of `index.js`. */
  | { readonly kind: 'inline'; readonly text: string };

export interface FunctionModel {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly code: FunctionCode;
  /** "index.handler" */
  readonly handler: string;
  /** "nodejs24.x" */
  readonly runtime: string;
  /** Lambda's default is 3. */
  readonly timeoutSeconds: number;
  /** Lambda's default is 128. */
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Logical id of its role. */
  readonly role: string;
  /** Name of its log group; Lambda's default is `/aws/lambda/<name>`. */
  readonly logGroup: string;
  readonly loggingFormat: 'Text' | 'JSON';
  /** Folders of its layers, in their order. */
  readonly layers: readonly string[];
  readonly subnets: readonly string[];
  /** Ids of its security groups; empty outside of a VPC. */
  readonly securityGroups: readonly string[];
}

export interface SecurityGroupModel {
  /** Undefined for a group that is there already. */
  readonly logicalId: string | undefined;
  readonly id: string;
  readonly egress: readonly SecurityRule[];
  readonly ingress: readonly SecurityRule[];
  /** True when the template does not say all of its rules: a group that is there already. */
  readonly partly: boolean;
  /** Where its id is not known: something stands for it. */
  readonly doubt?: Doubt | undefined;
}

export interface SecurityRule {
  /** "tcp", "udp", "icmp", "-1" (all) or a number; lower case */
  readonly protocol: string;
  /** Undefined: all ports. */
  readonly fromPort: number | undefined;
  readonly toPort: number | undefined;
  readonly peer: SecurityPeer;
  /** What of it is not known, its peer apart: whether it is made at all, its ports. */
  readonly doubts: readonly Doubt[];
}

export type SecurityPeer =
  /** "10.0.0.0/16", "pl-…" */
  | { readonly kind: 'range'; readonly text: string }
  /** "sg-…"; whether the stack makes it, and no one can have named it before. */
  | { readonly kind: 'group'; readonly id: string; readonly isMade: boolean; readonly doubt?: Doubt | undefined };

/** Something that is not known, and that may decide. */
export interface Doubt {
  readonly path: string;
  readonly reason: string;
  /** Options that would answer it. */
  readonly asks: readonly string[];
}

/** A mapping through which Lambda would give a function the records of topics. Nothing polls here. */
export interface EventSourceModel {
  readonly logicalId: string;
  /** Where it stands in the template. */
  readonly path: string;
  /** Logical id of the function; undefined for one from elsewhere. */
  readonly function: string | undefined;
  readonly topics: readonly string[];
  /** The cluster that it names; undefined for one that manages itself, and for what is not known. */
  readonly clusterArn: string | undefined;
  /** Undefined: Lambda makes a name up. */
  readonly group: string | undefined;
}
