import type { RequestFacts } from '../conditions/context.js';
import type { PolicyStatement } from '../document/statement.js';

/** Statements, and what a person knows them by. */
export interface NamedPolicy {
  /** "worker.json", "the policies of Resources.WorkerRole" */
  readonly name: string;
  readonly statements: readonly PolicyStatement[];
}

/** A policy that gives nothing, and without whose leave nothing is given. */
export interface LimitingPolicy extends NamedPolicy {
  readonly layer: 'scp' | 'boundary' | 'session';
}

/** What decides about a role's actions on a cluster's data. */
export interface RoleRights {
  readonly arn: string;
  /** Of the role's session, where it is known. */
  readonly sessionArn?: string | undefined;
  /** The role's own policies, as one. */
  readonly own: NamedPolicy;
  /** Organizations' policies by level, the permissions boundary, the session's policy. */
  readonly limits: readonly LimitingPolicy[];
  /**
   * The cluster's own policy. `taken_to_allow`: the cluster is another account's, and its policy is not known.
   *
   * @default none
   */
  readonly clusterPolicy?: NamedPolicy | 'taken_to_allow' | undefined;
  /** What is known of its requests. */
  readonly facts?: Omit<RequestFacts, 'roleArn' | 'clusterArn' | 'nowMs'> | undefined;
}
