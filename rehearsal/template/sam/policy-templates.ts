/**
 * Whether an entry of `Policies` is one of SAM's policy templates ("DynamoDBCrudPolicy: {TableName: …}"), and not a
 * policy document. None of SAM's templates is about a cluster's data (its developer guide, "AWS SAM policy
 * templates").
 *
 * @param keys of the entry
 */
export function isSamPolicyTemplate(keys: readonly string[]): boolean {
  const [name = '', ...others] = keys;
  return others.length === 0 && /^[A-Z]\w*(?:Policy|Policy_v2)$/.test(name);
}
