/** What a service says when it does not do what it is asked for, by AWS's names. */
export class AwsErrorAnswer extends Error {
  constructor(
    /** "ResourceNotFoundException", or for Query services "ValidationError". */
    readonly code: string,
    readonly status: number,
    message: string,
    readonly fields: Readonly<Record<string, string>> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = code;
  }
}
