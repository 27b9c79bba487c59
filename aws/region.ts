/**
 * The region that is named, undefined: the profile may name one. The SDK itself does not read AWS_DEFAULT_REGION; the
 * CDK and the AWS CLI do.
 *
 * @param given --region
 */
export function namedRegion(
  given: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  return given || env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || undefined;
}
