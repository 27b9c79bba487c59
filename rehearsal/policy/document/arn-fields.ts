/** The fields of an ARN: `arn`, partition, service, region, account, resource. */
const FIELDS = 6;

/**
 * The fields of a resource of a policy, as written. A colon in a variable does not separate fields, and the last field
 * may contain colons.
 */
export function arnFields(resource: string): string[] {
  const colons = Array.from(resource.matchAll(/\$\{[^}]*\}|:/g)).filter(([found]) => found === ':');
  const ends = [...colons.slice(0, FIELDS - 1).map(({ index }) => index), resource.length];
  return ends.map((end, at) => resource.slice(at === 0 ? 0 : (ends[at - 1] ?? 0) + 1, end));
}

/** Whether a resource is an ARN with fewer than six fields. */
export function isIncompleteArn(resource: string): boolean {
  return resource !== '*' && arnFields(resource).length < FIELDS;
}

/**
 * An ARN with a star for each missing field: IAM completes incomplete ARNs in identity-based policies (IAM user guide,
 * "IAM ARNs").
 */
export function completedArn(resource: string): string {
  if (!isIncompleteArn(resource)) return resource;
  const fields = arnFields(resource);
  return [...fields, ...Array.from({ length: FIELDS - fields.length }, () => '*')].join(':');
}
