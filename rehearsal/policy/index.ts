export type { KafkaActionName, ResourceKind } from './actions.js';
export { kafkaActionNames, kafkaActions } from './actions.js';
export { named_kinds, type NamedKind } from './acls/named-kinds.js';
export { compileAcls, type RoleAcls } from './compile.js';
export type { Decision, Ruling } from './decide.js';
export { listGrants, type Grant } from './grants.js';
export { resourceArn, spelledOut } from './resource-arns.js';
export type { LimitingPolicy, NamedPolicy, RoleRights } from './rights.js';
export {
  decideForRole,
  mayConnect,
  mayWriteIdempotently,
  roleRights,
  ruleForRole,
  statementsOf,
} from './role-rights.js';
export type { OtherPolicies, RolePolicies } from './role-rights.js';
export { policyStatements, type PolicyStatement } from './statement.js';
export { nextChangeMs } from './next-change.js';
export { explainRight } from './explain-right.js';
export { openKeys, refuseOpenKeys } from './open-keys.js';
export { policyDocuments } from './policy-text.js';
export { policyRemarks, type Remark } from './remarks.js';
export type { ClusterPart } from './cluster/cluster-pattern.js';
export { whichCluster, type WhichCluster } from './cluster/which-cluster.js';
export { grantedOn, type GrantedRight, type Thing } from './granted.js';
export { limitingPolicies, readPolicyFile, type PolicyFile } from './limiting-policies.js';
