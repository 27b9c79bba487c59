/** The ARNs of a cluster and of what is in it. */
export interface ClusterArns {
  readonly cluster: string;
  /** @param name as in the policy: wildcards are wildcards */
  of(kind: 'topic' | 'group', name: string): string;
}

/** The shape of a cluster's ARN. Its name and UUID may be wildcards. */
export const clusterArnShape = /^arn:aws[\w-]*:kafka:[a-z0-9-]+:\d{12}:cluster\/[^/\s]+\/[^/\s]+$/;

export const CLUSTER_ARN_EXAMPLE = 'arn:aws:kafka:eu-west-1:111122223333:cluster/name/uuid';

/**
 * `…:cluster/NAME/UUID` becomes `…:group/NAME/UUID/<name>` (AWS: "Kafka resources" of IAM access control).
 *
 * @param clusterArn the ARN as text
 */
export function textArns(clusterArn: string): ClusterArns {
  return { cluster: clusterArn, of: (kind, name) => `${clusterArn.replace(':cluster/', `:${kind}/`)}/${name}` };
}
