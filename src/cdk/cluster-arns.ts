import { Fn, Token } from 'aws-cdk-lib';
import { textArns, type ClusterArns } from '../grants/cluster-arns.js';

/** The ARNs of a cluster that may be known only after its creation: the template then splits the cluster's ARN. */
export function clusterArns(clusterArn: string): ClusterArns {
  if (!Token.isUnresolved(clusterArn)) return textArns(clusterArn);
  const [before, after] = [0, 1].map((part) => Fn.select(part, Fn.split(':cluster/', clusterArn)));
  return { cluster: clusterArn, of: (kind, name) => `${String(before)}:${kind}/${String(after)}/${name}` };
}
