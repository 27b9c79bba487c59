import type { RequestFacts } from '../conditions/context.js';
import type { PolicyStatement } from '../document/statement.js';

/** Statements, and the name that users know them by. */
export interface NamedPolicy {
  /** "worker.json", "the policies of Resources.WorkerRole" */
  readonly name: string;
  readonly statements: readonly PolicyStatement[];
}

/** A policy that grants nothing itself, and that must allow what other policies grant. */
export interface LimitingPolicy extends NamedPolicy {
  readonly layer: 'scp' | 'boundary' | 'session';
}

/** Everything that decides about a role's actions on a cluster's data. */
export interface RoleRights {
  readonly arn: string;
  /** The role's session, if it is known. */
  readonly sessionArn?: string | undefined;
  /** The role's own policies, combined. */
  readonly own: NamedPolicy;
  /** Organization policies by level, the permissions boundary, the session policy. */
  readonly limits: readonly LimitingPolicy[];
  /**
   * The cluster's own policy. `taken_to_allow`: the cluster is in another account, and its policy is not known.
   * @default none
   */
  readonly clusterPolicy?: NamedPolicy | 'taken_to_allow' | undefined;
  /** What is known about its requests. */
  readonly facts?: Omit<RequestFacts, 'roleArn' | 'clusterArn' | 'nowMs'> | undefined;
}
