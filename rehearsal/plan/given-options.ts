import type { Answers } from '../answers.js';
import type { PolicyFile } from '../policy/document/limiting-policies.js';

/** Brokers of a rehearsal. */
export const NODES_BY_DEFAULT = 2;

/** What a person says about a template: where it is, what it leaves open, and what decides about rights besides it. */
export interface GivenOptions {
  /** @default as CDK's manifest says, else after the file */
  readonly stackName?: string | undefined;
  /** @default as the template's surroundings and ARNs say (`takePlace`), else eu-west-1 */
  readonly region?: string | undefined;
  /** @default as the template's surroundings and ARNs say, else 111122223333, as AWS writes examples */
  readonly account?: string | undefined;
  /** Values of the template's parameters. @default their own */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** What the template takes from elsewhere, and values of condition keys. @default asked for, where it decides */
  readonly answers?: Answers | undefined;
  /** The cluster that is meant, where the template leaves it open. @default as its topics, clusters, mappings and policies say */
  readonly clusterArn?: string | undefined;
  /** Topics that are there besides the template's. @default those that it names in some way */
  readonly topics?: readonly string[] | undefined;
  /** Groups that the functions use. @default those that it names in some way */
  readonly groups?: readonly string[] | undefined;
  /** Logical ids or names of the functions to run. @default all that work with the cluster */
  readonly functions?: readonly string[] | undefined;
  /** Service control policies, each a level of the organization. @default none */
  readonly scps?: readonly PolicyFile[] | undefined;
  /** Of the cluster. @default the template's; without one none, or one that allows where the cluster is another account's */
  readonly clusterPolicy?: PolicyFile | undefined;
}
