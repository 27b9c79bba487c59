import type { FunctionName } from '../../lambda/functions.js';

/** A right that was removed from a template. */
export interface RemovedRight {
  readonly function: FunctionName;
  /** ARN. */
  readonly role: string;
  /** kafka-cluster:ReadData */
  readonly action: string;
  readonly kind: 'cluster' | 'topic' | 'group';
  /** As in the policy: an ARN, with a wildcard for groups. */
  readonly resource: string;
}

/** The change in the template of a row. `removed` is undefined for a control, whose template is unchanged. */
export interface RowAnswer {
  /** From 1. */
  readonly row: number;
  readonly removed: RemovedRight | undefined;
}

/** The file of a row, in the assembly's folder. Its name does not show the change. */
export function rowFile(row: number): string {
  return `row-${String(row).padStart(2, '0')}.template.json`;
}

export function isRowFile(name: string): boolean {
  return /^row-\d+\.template\.json$/.test(name);
}

/** "SanityStack-worker-*": the last part of a topic's or group's ARN; '' for the cluster. */
export function nameOf({ kind, resource }: Pick<RemovedRight, 'kind' | 'resource'>): string {
  return kind === 'cluster' ? '' : resource.split('/').slice(3).join('/');
}
