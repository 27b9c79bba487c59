import type { ClusterArns } from './cluster-arns.js';
import { neededRights, type KafkaAction } from './needed-rights.js';

/** A statement of an IAM policy, as in its JSON. It has no Sid, so that a document may hold those of several services. */
export interface KafkaStatement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string;
}

/** The group of a reader: a permanent one, or groups that a program creates as `<prefix>-…` and deletes. */
export type ReaderGroup = { readonly name: string } | { readonly prefix: string };

/**
 * Rights on a Kafka cluster with IAM, by resource. It has a right on single topics and groups only. The policies of the
 * functions and those of other services are created here.
 */
export class KafkaGrants {
  readonly #arns: ClusterArns;
  readonly #topics = new Map<string, Set<KafkaAction>>();
  readonly #groups = new Map<string, Set<KafkaAction>>();

  constructor(arns: ClusterArns) {
    this.#arns = arns;
  }

  /** @param topic its ARN */
  write(topic: string): this {
    return add(this, this.#topics, topic, neededRights.write);
  }

  /** @param topic its ARN */
  read(topic: string, group: ReaderGroup): this {
    const isOwn = 'prefix' in group;
    const arn = this.#arns.of('group', isOwn ? `${literal(group.prefix)}-*` : literal(group.name));
    add(this, this.#groups, arn, isOwn ? [...neededRights.join, ...neededRights.deleteGroup] : neededRights.join);
    return add(this, this.#topics, topic, neededRights.read);
  }

  /** @param topic its ARN */
  create(topic: string): this {
    return add(this, this.#topics, topic, neededRights.create);
  }

  statements(): KafkaStatement[] {
    return [
      statement(this.#arns.cluster, neededRights.logIn),
      ...[...this.#topics, ...this.#groups].map(([arn, actions]) => statement(arn, actions)),
    ];
  }

  groupArns(): string[] {
    return [...this.#groups.keys()];
  }
}

function add<T>(grants: T, to: Map<string, Set<KafkaAction>>, arn: string, actions: readonly KafkaAction[]): T {
  to.set(arn, new Set([...(to.get(arn) ?? []), ...actions]));
  return grants;
}

function statement(resource: string, actions: Iterable<KafkaAction>): KafkaStatement {
  return { Effect: 'Allow', Action: [...actions].map((action) => `kafka-cluster:${action}`), Resource: resource };
}

/**
 * A name of a group may contain characters that are wildcards or variables in a policy (IAM: "Policy elements: variables
 * and tags", special characters). Those of a CDK token (`${Token[…]}`) are not part of a name.
 */
function literal(name: string): string {
  return name.replaceAll(/[*?]|\$(?!\{Token\[)/g, (character) => `\${${character}}`);
}
