import { pubsub_error } from '../../src/base/error.js';
import type { Answers } from '../answers.js';
import {
  namedCluster,
  whichCluster,
  withKnownVariables,
  type PolicyStatement,
  type WhichCluster,
} from '../policy/index.js';
import type { PolicyModel, RoleModel, StackModel, TakenPlace } from '../template/index.js';
import { templateClusters } from './template-clusters.js';

/**
 * The cluster of a rehearsal: the one that the user names; one of the template (`templateClusters`); else the one that
 * the policies are about.
 *
 * @param given policies from options: of the organization, of the cluster
 * @param takenFrom the source of the stack's place. @default its place is assumed
 * @param answers values of variables in the policies. @default none
 * @throws pubsub_error `template_refused` if it is not clear which cluster it is, with the options that would decide
 * it
 */
export function rehearsedCluster(
  read: StackModel,
  given: readonly PolicyStatement[] = [],
  takenFrom?: TakenPlace['taken_from'],
  answers?: Answers,
): WhichCluster {
  const model = { ...read, roles: read.roles.map((role) => withKnownTags(role, answers)) };
  const { clusters, clusterPolicies, roles, region, account, functions, outputs } = model;
  const { clusterArn } = model.given;
  if (clusterArn !== undefined) return resolved(() => whichCluster({ statements: [], clusterArn }));
  const arns = templateClusters(model);
  if (arns.length > 1) {
    throw refused(
      `the template uses ${arns.length} clusters, and a rehearsal has one`,
      [
        `Choose one: ${arns.map((arn) => `--cluster-arn ${arn}`).join('\n  or ')}`,
        ...(mayFunctionsDecide(model) ? ['--function NAME,… leaves out the functions that use another one.'] : []),
      ].join('\n'),
      { possible: arns },
    );
  }
  const [arn] = arns;
  if (arn !== undefined) return namedCluster(arn);
  return resolved(() =>
    whichCluster({
      statements: roles.flatMap(({ policies }) => policies.flatMap(({ statements }) => statements)),
      limits: [
        ...roles.flatMap(({ permissionsBoundary }) => permissionsBoundary?.policy?.statements ?? []),
        ...clusterPolicies.flatMap(({ policy }) => policy.statements),
        ...given,
      ],
      texts: [
        ...clusterPolicies.map(({ clusterArn: ofPolicy }) => ofPolicy),
        ...functions.flatMap(({ environment }) => Object.values(environment)),
        ...Object.values(outputs),
        // The clusters that parameters name.
        ...clusters.map((cluster) => cluster.arn),
      ],
      place: { region, account },
      said: (['region', 'account'] as const).filter((part) => (takenFrom?.[part] ?? 'default') !== 'default'),
    }),
  );
}

/** The role with the values of known tags in its policies: they may name the cluster. */
function withKnownTags(role: RoleModel, answers: Answers | undefined): RoleModel {
  const known = ({ statements, ...policy }: PolicyModel): PolicyModel => ({
    ...policy,
    statements: withKnownVariables(statements, { roleTags: role.tags, answers }),
  });
  const { policies, permissionsBoundary: limit } = role;
  return {
    ...role,
    policies: policies.map(known),
    permissionsBoundary: limit?.policy === undefined ? limit : { ...limit, policy: known(limit.policy) },
  };
}

/** Whether one of the functions, alone, uses one cluster only. */
function mayFunctionsDecide(model: StackModel): boolean {
  const { functions, roles } = model;
  if (functions.length < 2) return false;
  return functions.some((one) => {
    const own = roles.filter(({ logicalId }) => logicalId === one.role);
    return templateClusters({ ...model, functions: [one], roles: own }).length === 1;
  });
}

/** A question that the policies leave open is one that the template leaves open. */
function resolved(work: () => WhichCluster): WhichCluster {
  try {
    return work();
  } catch (error) {
    if (!pubsub_error.is(error) || error.code !== 'argument_invalid') throw error;
    throw refused(error.raw_message, error.hint, error.details);
  }
}

function refused(sentence: string, hint: string | undefined, details: pubsub_error['details']): pubsub_error {
  return new pubsub_error('template_refused', 'rehearsal', sentence, {
    details: { ...details, asks: ["--cluster-arn 'arn:…'"] },
    hint,
  });
}
