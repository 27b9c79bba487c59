import type { Answers } from '../answers.js';
import {
  limitingPolicies,
  openKeys,
  policyRemarks,
  refuseOpenKeys,
  roleRights,
  statementsOf,
  type ClusterPart,
  type OtherPolicies,
  type Remark,
  type RoleRights,
} from '../policy/index.js';
import { Problems } from '../problem.js';
import type { FunctionModel, RoleModel, StackModel } from '../template/index.js';
import { rehearsedCluster } from './rehearsed-cluster.js';
import type { GivenOptions } from './given-options.js';

/** What the roles of a stack may do, and on which cluster. */
export interface StackRights {
  readonly clusterArn: string;
  /** By the roles' logical ids. */
  readonly roles: ReadonlyMap<string, RoleRights>;
  /** What the policies say and that comes to nothing. */
  readonly remarks: readonly Remark[];
}

/**
 * Pure.
 *
 * @throws pubsub_error `template_refused` for policies that cannot be evaluated, all of them at once
 */
export function stackRights(
  model: StackModel,
  options: Pick<GivenOptions, 'answers' | 'scps' | 'clusterPolicy'> = {},
): StackRights {
  const problems = new Problems();
  const cluster = problems.try(() => rehearsedCluster(model));
  const given = problems.try(() => limitingPolicies(options));
  problems.throwIfAny();
  if (cluster === undefined || given === undefined) throw new RangeError('nothing was refused, and nothing read');
  const { arn: clusterArn, madeUp } = cluster;
  const others = { ...ownPolicy(model, clusterArn), ...given };
  const roles = new Map(
    model.roles.flatMap((role) => {
      const rights = problems.try(() => rightsOf(role, clusterArn, others, model.functions, options.answers));
      return rights === undefined ? [] : [[role.logicalId, rights] as const];
    }),
  );
  problems.try(() => refuseOpenKeys([...roles.values()].flatMap((rights) => openKeys(rights, clusterArn))));
  problems.throwIfAny();
  const statements = [...roles.values()].flatMap(statementsOf);
  const remarks = [
    ...ofMadeUp(madeUp),
    ...ofOtherClusters(model, clusterArn),
    ...policyRemarks(statements, clusterArn),
  ];
  return { clusterArn, roles, remarks };
}

/** The policy that the template gives to the cluster. */
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
      sentence: `is the policy of another cluster than ${clusterArn}: ${other}`,
    }));
}

function ofMadeUp(parts: readonly ClusterPart[]): Remark[] {
  if (parts.length === 0) return [];
  const sentence = `its ${parts.join(', ')} ${parts.length === 1 ? 'is' : 'are'} made up, and no policy depends on it; --cluster-arn says otherwise`;
  return [{ path: 'the cluster', sentence }];
}

function rightsOf(
  role: RoleModel,
  clusterArn: string,
  others: OtherPolicies,
  functions: readonly FunctionModel[],
  answers: Answers | undefined,
): RoleRights {
  const [first, ...more] = functions.filter((one) => one.role === role.logicalId);
  // The policy of somebody else's cluster is not in the template.
  const elsewhere = accountOf(role.arn) !== accountOf(clusterArn) && others.clusterPolicy === undefined;
  return roleRights(role, elsewhere ? { ...others, clusterPolicy: 'taken_to_allow' } : others, {
    fromLambda: true,
    issuedMs: Date.now(),
    functionArn: more.length === 0 ? first?.arn : undefined,
    answers,
  });
}

function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}
