import { Token } from 'aws-cdk-lib';
import { Grant, PolicyStatement, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { CLUSTER_ARN_EXAMPLE, clusterArnShape } from '../grants/cluster-arns.js';
import type { KafkaStatement } from '../grants/kafka-grants.js';
import { serviceGrants, type ServiceRole } from '../grants/service-grants.js';
import { configError } from '../pubsub/config/problems.js';
import { clusterArns } from './cluster-arns.js';
import { settingsWithTokens } from './settings-with-tokens.js';

/** As the section `topics` of `config.create`. Each name may be a CDK token. */
export interface PubsubTopics {
  /** The topic of requests. @default 'worker' */
  readonly worker?: string;
  /** The topic of replies. @default 'reply_to' */
  readonly reply_to?: string;
  /** Topics that a worker may reply to. @default reply_to alone */
  readonly reply_allowed?: string[];
  /** The topic to which a worker writes what it gives up. @default none */
  readonly dead_letter?: string;
}

/** As the section `groups` of `config.create`. Each name may be a CDK token. */
export interface PubsubGroups {
  /** The group of the workers. @default 'easy-pubsub-' and the name of the worker topic */
  readonly worker?: string;
  /** The group of the requesters, or with reply mode `own` the prefix of their groups. @default 'easy-pubsub-' and the name of the reply_to topic */
  readonly reply_to?: string;
}

/**
 * A service that uses this library. `topics`, `groups`, `requester` and `producer` are sections of `config.create`: a service and
 * its stack can share one object.
 */
export interface PubsubServiceProps {
  /** What the service does: it sends requests, answers them, or both. */
  readonly role: ServiceRole;
  /** The ARN of the MSK cluster, which must have IAM access control. It may be a CDK token. */
  readonly clusterArn: string;
  /** The topics of the service. @default those of `config.create` */
  readonly topics?: PubsubTopics;
  /** Its consumer groups. @default those of `config.create` */
  readonly groups?: PubsubGroups;
  /** Whether requesters share the reply partitions, or each has its own group. @default shared */
  readonly requester?: {
    /** `shared`: all requesters are members of one group. `own`: each has a group. @default shared */
    readonly reply_mode?: 'shared' | 'own';
  };
  /** Whether brokers are asked to create a missing topic. @default false */
  readonly producer?: {
    /** True: brokers are asked to create a missing topic. @default false */
    readonly allow_auto_topic_creation?: boolean;
  };
  /** Whether the service may create its topics in another way, such as `easy-pubsub topics create`. @default false */
  readonly createTopics?: boolean;
}

/**
 * Allows a role, a function or another principal what a service needs on the cluster, and nothing else.
 *
 * @example
 * grantPubsub(pricingFunction, { role: 'worker', clusterArn: cluster.attrArn, topics: { worker: 'pricing' } });
 *
 * @throws pubsub_error `config_invalid` for a name that Kafka refuses, or an ARN that is not a cluster's
 */
export function grantPubsub(grantee: IGrantable, props: PubsubServiceProps): Grant {
  const [first, ...rest] = statementsOf(props).map(({ Action, Resource }) =>
    Grant.addToPrincipal({ grantee, actions: [...Action], resourceArns: [Resource] }),
  );
  return rest.reduce((all, one) => all.combine(one), first ?? Grant.drop(grantee, 'there is no statement'));
}

/**
 * The same rights as statements, for a policy that your stack creates itself.
 *
 * @throws pubsub_error `config_invalid`, as `grantPubsub`
 */
export function pubsubPolicyStatements(props: PubsubServiceProps): PolicyStatement[] {
  return statementsOf(props).map((statement) => PolicyStatement.fromJson(statement));
}

function statementsOf({ role, clusterArn, createTopics = false, ...input }: PubsubServiceProps): KafkaStatement[] {
  if (!Token.isUnresolved(clusterArn) && !clusterArnShape.test(clusterArn)) {
    const problem = { key: 'clusterArn', message: `is ${clusterArn}; it should look like ${CLUSTER_ARN_EXAMPLE}` };
    throw configError([problem]);
  }
  const settings = settingsWithTokens(input);
  return serviceGrants(clusterArns(clusterArn), { role, settings, createTopics }).statements();
}
