/** The rights of policies, enforced by Kafka's own authorizer. */
export { EnforcedRights } from './enforced-rights.js';
export { gatewayRole } from './gateway-role.js';
export { explainPlan, planRoles, type PlanOptions, type PolicyPlan } from './plan-roles.js';
export type { Remark } from '../policy/index.js';
export { aclsForEveryone, allowedWithoutAcls, EVERYONE } from './acls-for-everyone.js';
