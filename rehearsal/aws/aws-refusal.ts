/** The error that a service answers with, with AWS's names. */
export class AwsErrorAnswer extends Error {
  constructor(
    /** "ResourceNotFoundException", or "ValidationError" for Query services. */
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
