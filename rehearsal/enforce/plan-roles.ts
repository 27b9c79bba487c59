import { basename } from 'node:path';
import { pubsub_error } from '../../src/base/error.js';
import type { Answers } from '../answers.js';
import type { GatewayRole } from '../gateway/index.js';
import {
  clusterFor,
  clusterRemarks,
  explainRight,
  limitingPolicies,
  keysOnEach,
  namedKinds,
  openKeys,
  otherAccountRemarks,
  policyRemarks,
  readPolicyFile,
  refuseOpenKeys,
  rightlessRemarks,
  spelledOut,
  unknownClusterPolicy,
  whichCluster,
  withKnownVariables,
  type ClusterSources,
  type LimitingPolicy,
  type NamedKind,
  type NamedPolicy,
  type OpenKey,
  type PolicyFile,
  type PolicyStatement,
  type Remark,
  type RoleRights,
  type WhichCluster,
} from '../policy/index.js';
import { Problems } from '../problem.js';
import { newCredentials } from './credentials.js';
import { gatewayRole } from './gateway-role.js';

export interface PlanOptions {
  /** In the order of the files. Several policies may have the same role. @default derived from the files' names */
  roleArns?: readonly string[] | undefined;
  /** @default the one that the policies name, else an invented one */
  clusterArn?: string | undefined;
  /** @default the region of the cluster */
  region?: string | undefined;
  account?: string | undefined;
  /** Names that will be used, besides those that the policies contain. */
  names?: Partial<Record<NamedKind, readonly string[]>> | undefined;
  /** Credentials of the first role. @default new ones for each role */
  credentials?: Pick<GatewayRole, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'> | undefined;
  /** One for all roles, or one for each, in their order. */
  boundaries?: readonly PolicyFile[] | undefined;
  sessionPolicies?: readonly PolicyFile[] | undefined;
  /** Each is a level of the organization. */
  scps?: readonly PolicyFile[] | undefined;
  clusterPolicy?: PolicyFile | undefined;
  answers?: Answers | undefined;
}

/** What gateways and Kafka need to know about the policies. */
export interface PolicyPlan {
  readonly region: string;
  readonly cluster: WhichCluster;
  readonly rights: readonly RoleRights[];
  readonly roles: readonly GatewayRole[];
  /** Names that the policies contain, and those that were given. */
  readonly names: Readonly<Record<NamedKind, readonly string[]>>;
  /** Parts of the policies that have no effect. */
  readonly remarks: readonly Remark[];
}

/**
 * Reads policies as IAM would, and assigns them to roles.
 *
 * @throws pubsub_error with all problems at once: `template_refused` for what is not a policy, and for what cannot be
 * decided without answers; `argument_invalid` for files that are not valid JSON, or for several clusters
 */
export function planRoles(files: readonly PolicyFile[], options: PlanOptions = {}): PolicyPlan {
  const problems = new Problems();
  const own = files.map((file) => problems.tryFile(() => readPolicyFile(file)) ?? { name: file.path, statements: [] });
  const isRead = problems.isEmpty;
  const roleAt = files.map((_, i) => options.roleArns?.[i] ?? i);
  const boundaries = perRole(problems, 'boundary', options.boundaries ?? [], roleAt);
  const sessions = perRole(problems, 'session', options.sessionPolicies ?? [], roleAt);
  const { limits = [], clusterPolicy } = limitingPolicies(options, problems);
  // With the policy that could not be read, the cluster may be another one.
  if (!isRead) problems.throwIfAny();
  const known = (statements: readonly PolicyStatement[]): PolicyStatement[] =>
    withKnownVariables(statements, { answers: options.answers });
  const sources: ClusterSources = {
    statements: known(own.flatMap(({ statements }) => statements)),
    limits: [
      ...known([...limits, ...boundaries.flat(), ...sessions.flat()].flatMap(({ statements }) => statements)),
      ...statementsOf(clusterPolicy),
    ],
    clusterArn: options.clusterArn,
    region: options.region,
    account: options.account,
  };
  const { cluster, possible } = clusterFor(problems, () => whichCluster(sources));
  const rightsOn = (clusterArn: string): RoleRights[] => {
    const roles = own.map((policy, i) => ({
      arn: options.roleArns?.[i] ?? defaultRoleArn(policy.name, clusterArn),
      given: options.roleArns?.[i] !== undefined,
      own: policy,
      limits: [...limits, ...(boundaries[i] ?? []), ...(sessions[i] ?? [])],
    }));
    return (problems.tryFile(() => merged(roles)) ?? roles).map(({ arn, own: policy, limits: all }, i): RoleRights => ({
      arn,
      own: policy,
      limits: all,
      clusterPolicy: clusterPolicy ?? unknownClusterPolicy(arn, clusterArn),
      facts: {
        answers: options.answers,
        // The time when given credentials were issued is not known.
        issuedMs: i === 0 && options.credentials !== undefined ? undefined : Date.now(),
      },
    }));
  };
  const rights = rightsOn(cluster.arn);
  const keysOn = (arn: string): OpenKey[] =>
    (arn === cluster.arn ? rights : rightsOn(arn)).flatMap((role) => openKeys(role, arn));
  problems.try(() => refuseOpenKeys(keysOnEach(possible, keysOn)));
  problems.throwIfAny();
  const everything = [
    ...own,
    ...limits,
    ...boundaries.flat(),
    ...sessions.flat(),
    ...(clusterPolicy === undefined || clusterPolicy === 'taken_to_allow' ? [] : [clusterPolicy]),
  ];
  const statements = own.flatMap((policy) => policy.statements);
  return {
    region: cluster.arn.split(':')[3] ?? '',
    cluster,
    rights,
    roles: rights.map((role, i) =>
      gatewayRole(
        role,
        cluster.arn,
        i === 0 && options.credentials !== undefined ? options.credentials : newCredentials(),
      ),
    ),
    names: namesOf(statements, options.names ?? {}),
    remarks: [
      ...rights.flatMap(rightlessRemarks),
      ...rights.flatMap((role) => otherAccountRemarks(role, cluster.arn)),
      ...clusterRemarks(cluster).filter(({ sentence }) => !sentence.includes('no policy depends')),
      ...policyRemarks(
        everything.flatMap((policy) => policy.statements),
        cluster.arn,
      ),
    ],
  };
}

/** Why an action is denied to a role, or that it is allowed: one clause without a full stop. */
export function explainPlan({
  rights,
  cluster,
}: PolicyPlan): (roleArn: string, action: string, name: string) => string | undefined {
  const byArn = new Map(rights.map((role) => [role.arn, role]));
  return (roleArn, action, name) => {
    const role = byArn.get(roleArn);
    return role === undefined ? undefined : explainRight(role, cluster.arn, action, name);
  };
}

function statementsOf(policy: RoleRights['clusterPolicy']): readonly PolicyStatement[] {
  return policy === undefined || policy === 'taken_to_allow' ? [] : policy.statements;
}

/**
 * @param roleAt what distinguishes the role of each policy: several may have the same one
 * @returns for each policy
 */
function perRole(
  problems: Problems,
  layer: 'boundary' | 'session',
  files: readonly PolicyFile[],
  roleAt: readonly (string | number)[],
): LimitingPolicy[][] {
  const roles = [...new Set(roleAt)];
  if (files.length > 1 && files.length !== roles.length && files.length !== roleAt.length) {
    const sentence = `there are ${files.length} files with a ${limitNames[layer]}, and ${roles.length} roles`;
    problems.add(invalid(sentence, 'Give one for all roles, or one for each role, in the same order.'));
  }
  const policies = files.map((file) =>
    problems.tryFile(() => readPolicyFile(file, { kind: layer === 'session' ? 'session' : 'identity' })),
  );
  return roleAt.map((role, i) => {
    const perPolicy = policies.length === roleAt.length ? i : roles.indexOf(role);
    const policy = policies[policies.length === 1 ? 0 : perPolicy];
    return policy === undefined ? [] : [{ layer, ...policy }];
  });
}

const limitNames = { boundary: 'permissions boundary', session: 'session policy' } as const;

interface PlannedRole {
  readonly arn: string;
  /** Whether the user gave this ARN. */
  readonly given: boolean;
  readonly own: NamedPolicy;
  readonly limits: readonly LimitingPolicy[];
}

/** Combines several policies of one role. */
function merged(roles: readonly PlannedRole[]): PlannedRole[] {
  const byArn = new Map<string, PlannedRole>();
  for (const role of roles) {
    const other = byArn.get(role.arn);
    if (other === undefined) {
      byArn.set(role.arn, role);
      continue;
    }
    if (!other.given || !role.given) {
      throw invalid(
        `two policies are for the role ${role.arn}: ${other.own.name} and ${role.own.name}`,
        'Give --role-arn once for each policy. Policies of the same role are combined.',
      );
    }
    for (const layer of ['boundary', 'session'] as const) {
      const [one = 'none', another = 'none'] = [other, role].map(
        ({ limits }) => limits.find((limit) => limit.layer === layer)?.name,
      );
      if (one === another) continue;
      throw invalid(
        `the role ${role.arn} has more than one ${limitNames[layer]}: ${one} and ${another}`,
        'A role can have only one. Give one for each role, in the order in which --role-arn first names each role.',
      );
    }
    const own = {
      name: `${other.own.name} and ${role.own.name}`,
      statements: [...other.own.statements, ...role.own.statements],
    };
    byArn.set(role.arn, { ...other, own });
  }
  return [...byArn.values()];
}

function defaultRoleArn(path: string, clusterArn: string): string {
  const [, partition = '', , , account = ''] = clusterArn.split(':');
  return `arn:${partition}:iam::${account}:role/${roleName(path)}`;
}

/** `policies/worker.json` → worker */
function roleName(path: string): string {
  return (
    basename(path)
      .replace(/\.json$/i, '')
      .replaceAll(/[^\w+=,.@-]/g, '-') || 'role'
  );
}

function namesOf(
  statements: readonly PolicyStatement[],
  given: Partial<Record<NamedKind, readonly string[]>>,
): Record<NamedKind, string[]> {
  return Object.fromEntries(
    namedKinds.map((kind) => [kind, [...new Set([...spelledOut(statements, kind), ...(given[kind] ?? [])])].sort()]),
  ) as Record<NamedKind, string[]>;
}

function invalid(sentence: string, hint: string): pubsub_error {
  return new pubsub_error('argument_invalid', 'rehearsal', sentence, { hint });
}
