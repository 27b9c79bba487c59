/**
 * `identity`: of a role, a boundary, or of the organization. `session`: given when a session begins. `resource`: of a
 * cluster, with principals.
 */
export type PolicyKind = 'identity' | 'session' | 'resource';
