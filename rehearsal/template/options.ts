import type { Answers } from '../answers.js';
import type { Assembly } from './load/assembly.js';
import type { FunctionCode } from './model.js';

/** Where the stack is taken to be, and what only its surroundings know. */
export interface ReadOptions {
  readonly stackName: string;
  readonly region: string;
  /** Twelve digits. */
  readonly account: string;
  /** Values of the template's parameters. @default their defaults; one without is asked for */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** What `GetBootstrapBrokers` answers (BootstrapBrokerStringSaslIam). @default refused, if the template asks */
  readonly bootstrapBrokers?: string | undefined;
  /** The folder that the template and its assets are in. @default none: code in a folder is refused */
  readonly assembly?: Assembly | undefined;
  /**
   * What the template takes from elsewhere and only a deployed stack would know: imports by their names, what `Ref` of a
   * resource is by "LogicalId", an attribute or a property by "LogicalId.Attribute". @default none
   */
  readonly answers?: Answers | undefined;
  /** The cluster of topics whose cluster the template takes from elsewhere. @default asked for */
  readonly clusterArn?: string | undefined;
  /** Topics and groups that the template does not name. @default none */
  readonly topics?: readonly string[] | undefined;
  readonly groups?: readonly string[] | undefined;
  /**
   * Logical ids or names of the functions to run. @default all whose role may do something with a cluster's data, and
   * those that a mapping would give a topic's records
   */
  readonly functions?: readonly string[] | undefined;
  /**
   * Looks at a function's code where it lies, gives the remarks about it, and throws a refusal for what cannot be run.
   *
   * @default it is not looked at
   */
  readonly inspectCode?: ((code: InspectedCode) => readonly string[]) | undefined;
}

/** A function's code and what is to be called in it, with the places where the template says so. */
export interface InspectedCode {
  readonly code: FunctionCode;
  readonly codePath: string;
  readonly handler: string;
  readonly handlerPath: string;
  /** Folders of layers. */
  readonly layers: readonly string[];
  /** Whether the template is SAM's, whose code may want to be built. */
  readonly isSam: boolean;
}
