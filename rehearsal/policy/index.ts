export type { KafkaActionName, ResourceKind } from './actions.js';
export { kafkaActionNames, kafkaActions } from './actions.js';
export { namedKinds, type NamedKind } from './acls/named-kinds.js';
export { compileAcls, type RoleAcls } from './acls/compile.js';
export { mayWriteIdempotently } from './acls/idempotent-writes.js';
export type { OpenKey } from './decide/applies.js';
export type { Decision, Ruling } from './decide/decide.js';
export { listGrants, type Grant } from './decide/grants.js';
export { resourceArn, spelledOut } from './resource-arns.js';
export type { LimitingPolicy, NamedPolicy, RoleRights } from './decide/rights.js';
export {
  decideForRole,
  mayConnect,
  roleRights,
  ruleForRole,
  statementsOf,
  unknownClusterPolicy,
} from './decide/role-rights.js';
export type { OtherPolicies, RolePolicies } from './decide/role-rights.js';
export { policyStatements, type PolicyStatement } from './document/statement.js';
export { nextChangeMs } from './decide/next-change.js';
export { explainRight } from './decide/explain-right.js';
export { keysOnEach, openKeys, refuseOpenKeys } from './decide/open-keys.js';
export { policyDocuments } from './document/policy-text.js';
export { managedPolicyRemarks } from './document/managed-policies.js';
export type { Remark } from './document/remark.js';
export { otherAccountRemarks, policyRemarks, rightlessRemarks } from './document/remarks.js';
export { canApply } from './cluster/about.js';
export { hintsOf } from './cluster/texts.js';
export { withKnownVariables } from './cluster/known-variables.js';
export { clusterRemarks } from './cluster/cluster-remarks.js';
export {
  clusterFor,
  namedCluster,
  whichCluster,
  type ClusterSources,
  type WhichCluster,
} from './cluster/which-cluster.js';
export { grantedOn, type GrantedRight, type Thing } from './decide/granted.js';
export { limitingPolicies, readPolicyFile, type PolicyFile } from './document/limiting-policies.js';
