import type { Answers } from '../answers.js';
import type { Assembly } from './load/assembly.js';
import type { FunctionCode } from './model.js';
import type { UnknownConditions } from './resolve/unknown-conditions.js';

/** The listeners of a cluster with IAM: in its VPC, on the internet, in other VPCs. */
export type IamListener = 'private' | 'public' | 'otherVpc';

/** The assumed place of the stack, and values that the template does not contain. */
export interface ReadOptions {
  readonly stackName: string;
  readonly region: string;
  /** Twelve digits. */
  readonly account: string;
  /** Values of the template's parameters. @default their defaults; a parameter without one is asked for */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /**
   * The answer of `GetBootstrapBrokers` (BootstrapBrokerStringSaslIam). @default refused, if the template asks for it
   */
  readonly bootstrapBrokers?: string | undefined;
  /**
   * The answers for the other listeners with IAM (BootstrapBrokerStringPublicSaslIam,
   * BootstrapBrokerStringVpcConnectivitySaslIam).
   * @default `bootstrapBrokers`
   */
  readonly otherIamBrokers?: Readonly<Record<Exclude<IamListener, 'private'>, string>> | undefined;
  /** What is assumed of conditions that depend on unknown values. @default nothing */
  readonly conditions?: UnknownConditions | undefined;
  /** The folder that contains the template and its assets. @default none: code in a folder is refused */
  readonly assembly?: Assembly | undefined;
  /**
   * Values that the template takes from elsewhere and that only a deployed stack has: imports by their names, `Ref`
   * of a resource by "LogicalId", an attribute or a property by "LogicalId.Attribute".
   * @default none
   */
  readonly answers?: Answers | undefined;
  /** The cluster of topics, if the template takes it from elsewhere. @default asked for */
  readonly clusterArn?: string | undefined;
  /** Topics and groups that the template does not name. @default none */
  readonly topics?: readonly string[] | undefined;
  readonly groups?: readonly string[] | undefined;
  /**
   * Logical ids or names of the functions to run.
   * @default all whose role has rights on a cluster's data, and those to which a mapping would pass records of a
   * topic
   */
  readonly functions?: readonly string[] | undefined;
  /**
   * Checks a function's code in its folder. Returns remarks about the code, and throws a refusal for code that cannot
   * run.
   * @default not checked
   */
  readonly inspectCode?: ((code: InspectedCode) => readonly string[]) | undefined;
}

/** A function's code and its handler, with their places in the template. */
export interface InspectedCode {
  readonly code: FunctionCode;
  readonly codePath: string;
  readonly handler: string;
  readonly handlerPath: string;
  /** Folders of layers. */
  readonly layers: readonly string[];
  /** Whether this is a SAM template, whose code may need a build. */
  readonly isSam: boolean;
}
