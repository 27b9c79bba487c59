/** Things of a cluster that have names. */
export const named_kinds = ['topic', 'group', 'transactional-id'] as const;
export type NamedKind = (typeof named_kinds)[number];
