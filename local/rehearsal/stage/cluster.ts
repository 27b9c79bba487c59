import { pubsub_error } from '../../../src/base/error.js';
import { whichCluster } from '../policy/index.js';
import type { StackModel } from '../template/index.js';

/**
 * ARN of the one cluster that a rehearsal is of: as an option says; that of the topics; the template's own; else the one
 * that the policies are about.
 *
 * @throws pubsub_error `template_refused` when it is not clear which cluster is meant, with the options that would say
 */
export function rehearsedCluster(model: StackModel, clusterArn?: string): string {
  if (clusterArn !== undefined) return resolved(() => whichCluster({ statements: [], clusterArn }).arn);
  const { clusters, topics, roles, region, account, functions, outputs } = model;
  const ofTopics = new Set(topics.map((topic) => topic.clusterArn));
  const own = new Set(clusters.flatMap(({ logicalId, arn }) => (logicalId === undefined ? [] : arn)));
  const arns = ofTopics.size > 0 ? ofTopics : own;
  if (arns.size > 1) {
    throw refused(
      `the template has to do with ${arns.size} clusters, and a rehearsal has one`,
      `Say which one: ${[...arns].map((arn) => `--cluster-arn ${arn}`).join('\n  or ')}`,
    );
  }
  const [arn] = arns;
  if (arn !== undefined) return arn;
  return resolved(
    () =>
      whichCluster({
        statements: roles.flatMap(({ policies }) => policies.flatMap(({ statements }) => statements)),
        texts: [...functions.flatMap(({ environment }) => Object.values(environment)), ...Object.values(outputs)],
        place: { region, account },
      }).arn,
  );
}

/** What policies do not say clearly, the template does not. */
function resolved(work: () => string): string {
  try {
    return work();
  } catch (error) {
    if (!pubsub_error.is(error) || error.code !== 'argument_invalid') throw error;
    throw refused(error.raw_message, error.hint);
  }
}

function refused(sentence: string, hint: string | undefined): pubsub_error {
  return new pubsub_error('template_refused', 'rehearsal', sentence, hint === undefined ? {} : { hint });
}
