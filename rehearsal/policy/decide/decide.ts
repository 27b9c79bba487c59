import { statementApplies, type Applies, type ActionRequest, type OpenKey } from './applies.js';
import type { ConditionTest } from '../conditions/read.js';
import type { NamedAs } from '../document/principals.js';
import type { LimitingPolicy, NamedPolicy, RoleRights } from './rights.js';
import type { PolicyStatement } from '../document/statement.js';

/** `unknown`: it depends on condition keys whose values are unknown. */
export type Decision = 'allowed' | 'denied' | 'explicitly denied' | 'unknown';

/** The kind of policy that a statement is in. */
export type Layer = LimitingPolicy['layer'] | 'own' | 'cluster';

/** A decision and its reason. */
export type Ruling =
  | { readonly decision: 'allowed' }
  | { readonly decision: 'explicitly denied'; readonly layer: Layer; readonly statement: PolicyStatement }
  /** Nothing in that layer allows it; `nearMiss` would, except for its condition. */
  | { readonly decision: 'denied'; readonly layer: Layer; readonly name: string; readonly but: readonly NearMiss[] }
  | { readonly decision: 'unknown'; readonly keys: readonly OpenKey[] };

/** A statement that would apply, but one test of its condition fails. */
export interface NearMiss {
  readonly statement: PolicyStatement;
  readonly failed: ConditionTest;
}

interface Looked {
  readonly layer: Layer;
  readonly policy: NamedPolicy;
  readonly statements: readonly { readonly statement: PolicyStatement; readonly found: Applies }[];
}

/**
 * IAM's rules for one request of a role (IAM user guide, "How AWS enforcement code logic evaluates requests",
 * "Cross-account policy evaluation logic"): an explicit Deny anywhere wins. Each level of the organization's policies
 * must allow the request. Then the cluster's policy or the role's own must allow it; the latter within its
 * permissions boundary and its session policy. Across accounts, both the cluster's policy and the role's must allow
 * it.
 *
 * If a decision depends on unknown values, it is evaluated for both cases. Only if they differ, the result is
 * `unknown`.
 */
export function ruling(rights: RoleRights, request: ActionRequest): Ruling {
  const look = (layer: Layer, policy: NamedPolicy): Looked => ({
    layer,
    policy,
    statements: policy.statements.map((statement) => ({ statement, found: statementApplies(statement, request) })),
  });
  const { own, limits, clusterPolicy } = rights;
  const looked: LookedAt = {
    own: look('own', own),
    limits: limits.map((policy) => look(policy.layer, policy)),
    cluster:
      clusterPolicy === undefined || clusterPolicy === 'taken_to_allow' ? undefined : look('cluster', clusterPolicy),
    takenToAllow: clusterPolicy === 'taken_to_allow',
    sameAccount: accountOf(rights.arn) === accountOf(request.resourceArn),
  };
  const best = decideFor(looked, 'best');
  const worst = decideFor(looked, 'worst');
  if ((best.decision === 'allowed') === (worst.decision === 'allowed')) return best;
  const all = [looked.own, ...looked.limits, ...(looked.cluster === undefined ? [] : [looked.cluster])];
  const keys = all.flatMap(({ statements }) =>
    statements.flatMap(({ found }) => (found.applies === 'unknown' ? found.keys : [])),
  );
  return { decision: 'unknown', keys };
}

interface LookedAt {
  readonly own: Looked;
  readonly limits: readonly Looked[];
  readonly cluster: Looked | undefined;
  readonly takenToAllow: boolean;
  readonly sameAccount: boolean;
}

/** @param luck `best`: statements with unknown values allow, and do not deny; `worst`: the opposite */
function decideFor(looked: LookedAt, luck: 'best' | 'worst'): Exclude<Ruling, { decision: 'unknown' }> {
  const { own, limits, cluster } = looked;
  for (const layer of [...limits, own, ...(cluster === undefined ? [] : [cluster])]) {
    const [denied] = applying(layer, 'Deny', luck === 'worst');
    if (denied !== undefined) {
      return { decision: 'explicitly denied', layer: layer.layer, statement: denied.statement };
    }
  }
  const allows = (layer: Looked): boolean => applying(layer, 'Allow', luck === 'best').length > 0;
  const refusing = (layers: readonly Looked[]): Looked | undefined => layers.find((layer) => !allows(layer));
  const organization = limits.filter(({ layer }) => layer === 'scp');
  const others = limits.filter(({ layer }) => layer !== 'scp');
  const ways = cluster === undefined ? [] : applying(cluster, 'Allow', luck === 'best').map(({ named }) => named);
  const outside = refusing(organization);
  if (outside !== undefined) return none(outside);
  if (looked.sameAccount) {
    // A cluster policy that names a session, or everyone, grants the right without the role's own policies.
    if (ways.some((way) => way === 'session' || way === 'everybody')) return { decision: 'allowed' };
    if (ways.includes('role')) return within(refusing(others));
    return within(refusing([own, ...others]));
  }
  if (looked.takenToAllow || ways.length > 0) return within(refusing([own, ...others]));
  const missing: Looked = cluster ?? {
    layer: 'cluster',
    policy: { name: 'the cluster’s policy', statements: [] },
    statements: [],
  };
  return none(refusing([own, ...others]) ?? missing);
}

const within = (refusing: Looked | undefined): Exclude<Ruling, { decision: 'unknown' }> =>
  refusing === undefined ? { decision: 'allowed' } : none(refusing);

function none({ layer, policy, statements }: Looked): Exclude<Ruling, { decision: 'unknown' }> {
  const but = statements.flatMap(({ statement, found }) =>
    statement.effect === 'Allow' && found.applies === 'no' && found.failed !== undefined
      ? [{ statement, failed: found.failed }]
      : [],
  );
  return { decision: 'denied', layer, name: policy.name, but };
}

function applying(
  { statements }: Looked,
  effect: PolicyStatement['effect'],
  maybe: boolean,
): { statement: PolicyStatement; named: NamedAs | undefined }[] {
  return statements.flatMap(({ statement, found }) =>
    statement.effect === effect && (found.applies === 'yes' || (maybe && found.applies === 'unknown'))
      ? [{ statement, named: found.named }]
      : [],
  );
}

function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}
