/** A part of a policy that has no effect: IAM accepts it without a warning. */
export interface Remark {
  /** Its place. */
  readonly path: string;
  /** Without a full stop. */
  readonly sentence: string;
}
