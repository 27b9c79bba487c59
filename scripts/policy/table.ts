import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const TABLE_FILE = join(import.meta.dirname, 'resource-actions.json');

/** The actions of each resource type, as the schemas that cfn-lint brings have them. */
export interface ActionTable {
  readonly cfn_lint: string;
  readonly types: Readonly<Record<string, readonly string[]>>;
}

export function readTable(): ActionTable {
  return JSON.parse(readFileSync(TABLE_FILE, 'utf8')) as ActionTable;
}
