import type { Answers } from '../answers.js';
import {
  clusterFor,
  clusterRemarks,
  keysOnEach,
  limitingPolicies,
  managedPolicyRemarks,
  openKeys,
  otherAccountRemarks,
  policyRemarks,
  refuseOpenKeys,
  rightlessRemarks,
  roleRights,
  statementsOf,
  unknownClusterPolicy,
  type OpenKey,
  type OtherPolicies,
  type PolicyStatement,
  type Remark,
  type RoleRights,
} from '../policy/index.js';
import { Problems } from '../problem.js';
import type { FunctionModel, RoleModel, StackModel, TakenPlace } from '../template/index.js';
import { rehearsedCluster } from './rehearsed-cluster.js';
import type { GivenOptions } from './given-options.js';
import { knownSession, sessionRemarks } from './sessions.js';
import { otherClusterRemarks } from './template-clusters.js';

/** What the roles of a stack may do, and on which cluster. */
export interface StackRights {
  readonly clusterArn: string;
  /** By the roles' logical ids. */
  readonly roles: ReadonlyMap<string, RoleRights>;
  /** Parts of the policies that have no effect. */
  readonly remarks: readonly Remark[];
}

/**
 * Pure.
 *
 * @param takenFrom the source of the stack's place. @default its place is assumed
 * @throws pubsub_error `template_refused` for policies that cannot be evaluated, with all problems at once
 */
export function stackRights(
  model: StackModel,
  options: Pick<GivenOptions, 'answers' | 'scps' | 'clusterPolicy'> = {},
  takenFrom?: TakenPlace['taken_from'],
): StackRights {
  const problems = new Problems();
  const given = limitingPolicies(options, problems);
  const { cluster, possible } = clusterFor(problems, () =>
    rehearsedCluster(model, statementsIn(given), takenFrom, options.answers),
  );
  const { arn: clusterArn } = cluster;
  const rolesOn = (arn: string): ReadonlyMap<string, RoleRights> => {
    const others = { ...ownPolicy(model, arn), ...given };
    return new Map(
      model.roles.flatMap((role) => {
        const rights = problems.try(() => rightsOf(role, arn, others, model, options.answers));
        return rights === undefined ? [] : [[role.logicalId, rights] as const];
      }),
    );
  };
  const roles = rolesOn(clusterArn);
  const keysOn = (arn: string): OpenKey[] =>
    [...(arn === clusterArn ? roles : rolesOn(arn)).values()].flatMap((rights) => openKeys(rights, arn));
  problems.try(() => refuseOpenKeys(keysOnEach(possible, keysOn)));
  problems.throwIfAny();
  const statements = [...roles.values()].flatMap(statementsOf);
  const remarks = [
    ...otherClusterRemarks(model, clusterArn),
    ...clusterRemarks(cluster),
    ...ofOtherClusters(model, clusterArn),
    ...model.roles.flatMap(({ path, managedPolicies, permissionsBoundary }) => [
      ...managedPolicies.flatMap((arn) => managedPolicyRemarks(arn, path)),
      ...managedPolicyRemarks(permissionsBoundary?.arn ?? '', `${path}.Properties.PermissionsBoundary`),
    ]),
    ...[...roles.values()].flatMap(rightlessRemarks),
    ...[...roles.values()].flatMap((role) => otherAccountRemarks(role, clusterArn)),
    ...model.roles.flatMap((role) => {
      const { clusterPolicy } = { ...ownPolicy(model, clusterArn), ...given };
      return sessionRemarks(role, functionsOf(role, model.functions), statementsIn({ clusterPolicy }));
    }),
    ...policyRemarks(statements, clusterArn),
  ];
  return { clusterArn, roles, remarks };
}

function statementsIn({ limits = [], clusterPolicy }: OtherPolicies): PolicyStatement[] {
  const ofCluster = clusterPolicy === undefined || clusterPolicy === 'taken_to_allow' ? [] : clusterPolicy.statements;
  return [...limits.flatMap(({ statements }) => statements), ...ofCluster];
}

/** The policy of the cluster in the template. */
function ownPolicy({ clusterPolicies }: StackModel, clusterArn: string): OtherPolicies {
  const own = clusterPolicies.filter((one) => one.clusterArn === clusterArn);
  if (own.length === 0) return {};
  const paths = own.map(({ policy }) => policy.path);
  return {
    clusterPolicy: { name: paths.join(' and '), statements: own.flatMap(({ policy }) => policy.statements) },
  };
}

function ofOtherClusters({ clusterPolicies }: StackModel, clusterArn: string): Remark[] {
  return clusterPolicies
    .filter((one) => one.clusterArn !== clusterArn)
    .map(({ clusterArn: other, policy: { path } }) => ({
      path,
      sentence: `is the policy of a cluster other than ${clusterArn}: ${other}`,
    }));
}

function rightsOf(
  role: RoleModel,
  clusterArn: string,
  others: OtherPolicies,
  { functions, clusters }: Pick<StackModel, 'functions' | 'clusters'>,
  answers: Answers | undefined,
): RoleRights {
  const own = functionsOf(role, functions);
  const [first, ...more] = own;
  const clusterPolicy = others.clusterPolicy ?? unknownClusterPolicy(role.arn, clusterArn);
  const rights = roleRights(
    role,
    { ...others, clusterPolicy },
    {
      fromLambda: true,
      issuedMs: Date.now(),
      functionArn: more.length === 0 ? first?.arn : undefined,
      roleTags: role.tags,
      clusterTags: clusters.find(({ arn }) => arn === clusterArn)?.tags,
      answers,
    },
  );
  return { ...rights, sessionArn: knownSession(role, own, statementsIn({ clusterPolicy })) };
}

function functionsOf({ logicalId }: RoleModel, functions: readonly FunctionModel[]): FunctionModel[] {
  return functions.filter((one) => one.role === logicalId);
}
