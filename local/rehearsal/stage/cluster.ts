import { pubsub_error } from '../../../src/base/error.js';
import type { StackModel } from '../template/index.js';

/**
 * ARN of the one cluster that a rehearsal is of: the one that a person names, else that of the topics, else the
 * template's own.
 *
 * @throws pubsub_error `template_refused` when it is not clear which cluster is meant
 */
export function rehearsedCluster({ clusters, topics, given }: StackModel): string {
  if (given.clusterArn !== undefined) return given.clusterArn;
  const arns = new Set(topics.length > 0 ? topics.map(({ clusterArn }) => clusterArn) : clusters.map(({ arn }) => arn));
  const [arn, ...others] = arns;
  if (arn !== undefined && others.length === 0) return arn;
  throw new pubsub_error(
    'template_refused',
    'rehearsal',
    arn === undefined
      ? 'the template names no cluster'
      : `the template has to do with ${arns.size} clusters, and a rehearsal has one`,
    {
      details: { asks: ["--cluster-arn 'arn:…'"] },
      hint: 'A rehearsal is of one cluster, its topics, and the functions that work with it.',
    },
  );
}
