import type { Answers } from '../answers.js';
import type { PolicyFile } from '../policy/document/limiting-policies.js';

/** The number of brokers of a rehearsal. */
export const NODES_BY_DEFAULT = 2;

/** What the user says about a template: where it is, what it leaves open, and what else decides about rights. */
export interface GivenOptions {
  /** @default from CDK's manifest, else from the file name */
  readonly stackName?: string | undefined;
  /** @default from the template's surroundings and ARNs (`takePlace`), else eu-west-1 */
  readonly region?: string | undefined;
  /** @default from the template's surroundings and ARNs, else 111122223333, as in AWS's examples */
  readonly account?: string | undefined;
  /** Values of the template's parameters. @default the template's own */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /**
   * Values that the template takes from elsewhere, and values of condition keys. @default they are asked for if they
   * decide something
   */
  readonly answers?: Answers | undefined;
  /** The cluster, if the template leaves it open. @default from its topics, clusters, mappings and policies */
  readonly clusterArn?: string | undefined;
  /** Topics that exist besides the template's. @default the topics that it names */
  readonly topics?: readonly string[] | undefined;
  /** Groups that the functions use. @default the groups that it names */
  readonly groups?: readonly string[] | undefined;
  /** Logical ids or names of the functions to run. @default all that use the cluster */
  readonly functions?: readonly string[] | undefined;
  /** Service control policies, each a level of the organization. @default none */
  readonly scps?: readonly PolicyFile[] | undefined;
  /**
   * The policy of the cluster. @default the template's; without one none, or one that allows everything if the
   * cluster is in another account
   */
  readonly clusterPolicy?: PolicyFile | undefined;
}
