import type { PolicyStatement } from '../policy/document/statement.js';
import type { MadeUp, Remark } from './remarks.js';

export type { MadeUp, Remark } from './remarks.js';

/** What a stack creates, as far as a rehearsal needs it: plain data, everything resolved. */
export interface StackModel {
  readonly stackName: string;
  readonly stackId: string;
  readonly region: string;
  readonly account: string;
  /** "aws", "aws-cn", "aws-us-gov" */
  readonly partition: string;
  /** Clusters of the template, and existing ones that its topics or policies name. */
  readonly clusters: readonly ClusterModel[];
  /** Policies of clusters that mention a cluster's data. */
  readonly clusterPolicies: readonly ClusterPolicyModel[];
  readonly topics: readonly TopicModel[];
  readonly roles: readonly RoleModel[];
  readonly functions: readonly FunctionModel[];
  readonly securityGroups: readonly SecurityGroupModel[];
  readonly eventSources: readonly EventSourceModel[];
  /** Topics that other services of the template read or write. */
  readonly topicsOfServices: readonly ServiceTopicsModel[];
  /** What the user named besides the template. */
  readonly given: GivenNames;
  readonly outputs: Readonly<Record<string, string>>;
  /**
   * What was left out because the rehearsal does not use it or cannot run it. Everything that is left out is listed.
   */
  readonly setAside: readonly Remark[];
  /** What would have an effect in AWS and has none in a rehearsal. */
  readonly notModelled: readonly Remark[];
  /** What CloudFormation would refuse, in parts that decide nothing in a rehearsal, and what SAM ignores. */
  readonly mistakes: readonly Remark[];
  /** Values that only a deployed stack has, and that decide nothing. */
  readonly madeUp: readonly MadeUp[];
}

export interface GivenNames {
  /** The cluster, if the template leaves it open. */
  readonly clusterArn?: string | undefined;
  /** Topics that exist besides the template's. */
  readonly topics: readonly string[];
  /** Groups that the functions use. */
  readonly groups: readonly string[];
}

export interface ClusterModel {
  /** Undefined for an existing cluster. */
  readonly logicalId: string | undefined;
  readonly arn: string;
  /**
   * Ids of its brokers' security groups. Undefined for an existing cluster, and for one with the default group of its
   * VPC.
   */
  readonly securityGroups?: readonly string[] | undefined;
  /** Where the private addresses of its brokers are. Undefined if it is unknown. */
  readonly addresses?: SubnetRanges | undefined;
  /** True if its brokers have no addresses of IPv6. @default false: it is unknown */
  readonly isIpv4Only?: boolean | undefined;
  /** True if brokers have public addresses too. @default false */
  readonly isPublic?: boolean | undefined;
  /** Why IAM logins are not possible. Undefined if they are, and for an existing cluster. */
  readonly iamLoginOff?: string | undefined;
  /** Tags in the template whose values are known; there may be others. @default none */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export interface ClusterPolicyModel {
  /** The cluster that has the policy. */
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
  /** Its place in the template. */
  readonly path: string;
  /** Inline policies, and those of separate resources (AWS::IAM::Policy, AWS::IAM::ManagedPolicy…). */
  readonly policies: readonly PolicyModel[];
  /** ARNs of AWS-managed policies. */
  readonly managedPolicies: readonly string[];
  /** A second limit: what it does not allow is denied to the role. */
  readonly permissionsBoundary?: { readonly arn: string; readonly policy?: PolicyModel } | undefined;
  /** Tags in the template whose values are known; there may be others. @default none */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export interface PolicyModel {
  readonly name: string;
  readonly path: string;
  /** Statements that are about a cluster's data; others do not matter to Kafka. */
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
  /** Folders of its layers, in order. */
  readonly layers: readonly string[];
  readonly subnets: readonly string[];
  /** Ids of its security groups; empty outside of a VPC. */
  readonly securityGroups: readonly string[];
  /** Where its addresses are. Undefined if it is unknown, and outside of a VPC. */
  readonly addresses?: SubnetRanges | undefined;
  /** True if it connects over IPv4 only. @default false: it is unknown */
  readonly isIpv4Only?: boolean | undefined;
  /** True if it is in the VPC of a capacity provider that is not in the template. @default false */
  readonly isNetworkElsewhere?: boolean | undefined;
}

/** Subnets of the template. */
export interface SubnetRanges {
  /** Id of the VPC that all of them are in. */
  readonly vpc: string;
  /** Their IPv4 ranges, or that of the VPC. */
  readonly ranges: readonly string[];
}

export interface SecurityGroupModel {
  /** Undefined for an existing group. */
  readonly logicalId: string | undefined;
  readonly id: string;
  readonly egress: readonly SecurityRule[];
  readonly ingress: readonly SecurityRule[];
  /** True if the template does not have all of its rules: an existing group. */
  readonly partly: boolean;
  /** The reason why its id is unknown; a placeholder is used for it. */
  readonly doubt?: Doubt | undefined;
}

export interface SecurityRule {
  /** "tcp", "udp", "icmp", "-1" (all) or a number; lower case */
  readonly protocol: string;
  /** Undefined: all ports. */
  readonly fromPort: number | undefined;
  readonly toPort: number | undefined;
  readonly peer: SecurityPeer;
  /** Unknown properties of the rule, except its peer: whether it is created at all, its ports. */
  readonly doubts: readonly Doubt[];
}

export type SecurityPeer =
  /** An empty list of groups. */
  | { readonly kind: 'none' }
  /** "10.0.0.0/16", "pl-…" */
  | { readonly kind: 'range'; readonly text: string }
  /** "sg-…"; `isMade`: the stack creates it, so that it cannot have been named before. */
  | { readonly kind: 'group'; readonly id: string; readonly isMade: boolean; readonly doubt?: Doubt | undefined };

/** An unknown value that may decide. */
export interface Doubt {
  readonly path: string;
  readonly reason: string;
  /** Options that would answer it. */
  readonly asks: readonly string[];
}

/** Topics that a service uses, and that must exist already. */
export interface ServiceTopicsModel {
  /** The place in the template that names them. */
  readonly path: string;
  readonly topics: readonly string[];
  /** The cluster that it names; undefined for a self-managed cluster, and if it is unknown. */
  readonly clusterArn: string | undefined;
  /** Undefined: the service generates a name, or has no group. */
  readonly group: string | undefined;
}

/** An event source mapping, with which Lambda would pass the records of topics to a function. A rehearsal does not poll. */
export interface EventSourceModel extends ServiceTopicsModel {
  readonly logicalId: string;
  /** Logical id of the function; undefined for a function that is not in the template. */
  readonly function: string | undefined;
}
