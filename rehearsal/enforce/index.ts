/** The rights of policies, enforced by Kafka's own authorizer. */
export { EnforcedRights } from './enforced-rights.js';
export { gatewayRole } from './gateway-role.js';
export { explainPlan, planRoles, type PlanOptions, type PolicyPlan } from './plan-roles.js';
export { aclsForEveryone, EVERYONE } from './acls-for-everyone.js';
