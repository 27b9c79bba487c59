/** Kinds of resources of a cluster that have names. */
export const namedKinds = ['topic', 'group', 'transactional-id'] as const;
export type NamedKind = (typeof namedKinds)[number];
