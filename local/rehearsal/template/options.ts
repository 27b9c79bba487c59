import type { Assembly } from './load/assembly.js';

/** Where the stack is taken to be, and what only its surroundings know. */
export interface ReadOptions {
  readonly stackName: string;
  readonly region: string;
  /** Twelve digits. */
  readonly account: string;
  /** @default the region's: "aws", or "aws-cn", "aws-us-gov" */
  readonly partition?: string;
  /** Values of the template's parameters. @default their defaults; one without is asked for */
  readonly parameters?: Readonly<Record<string, string>>;
  /** What `GetBootstrapBrokers` answers (BootstrapBrokerStringSaslIam). @default refused, if the template asks */
  readonly bootstrapBrokers?: string;
  /** The folder that the template and its assets are in. @default none: code in a folder is refused */
  readonly assembly?: Assembly;
  /**
   * What only a deployed stack would know: attributes of custom resources and of types that are not known here, by
   * "LogicalId" (for Ref) or "LogicalId.Attribute". @default none
   */
  readonly answers?: Readonly<Record<string, string>>;
  /** Logical ids of the functions to run. @default all whose role may do something with a cluster's data */
  readonly functions?: readonly string[];
  /** @default the region with a, b and c */
  readonly availabilityZones?: readonly string[];
}
