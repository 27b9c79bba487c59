export type { KafkaActionName, ResourceKind } from './actions.js';
export { kafkaActionNames, kafkaActions } from './actions.js';
export { compileAcls, type KafkaNames } from './compile.js';
export { decide, type Decision } from './decide.js';
export { listGrants, type Grant } from './grants.js';
export { resourceArn, spelledOut } from './resource-arns.js';
export { decideForRole, mayConnect, mayWriteIdempotently, roleRights } from './role-rights.js';
export type { RolePolicies, RoleRights } from './role-rights.js';
export { policyStatements, type PolicyStatement } from './statement.js';
