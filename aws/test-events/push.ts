import { mergeEvents, type EventChanges, type Events } from './content.js';
import { schemaNameOf, type SchemaRegistry } from './registry.js';

/** The maximum number of versions of a schema in this registry (aws-sam-cli deletes the oldest in the same way). */
const MOST_VERSIONS = 5;

export interface FunctionEvents {
  readonly functionName: string;
  readonly events: Events;
}

export interface PlannedFunction extends EventChanges {
  readonly functionName: string;
  readonly schema: string;
  readonly action: 'create' | 'update' | 'nothing';
  /** The oldest version, which is deleted to make room for a new one. */
  readonly dropsVersion: string | undefined;
}

export interface PushPlan {
  readonly createsRegistry: boolean;
  readonly functions: readonly PlannedFunction[];
}

/** Reads the existing events, and returns exactly what a push would change. Writes nothing. */
export async function planPush(registry: SchemaRegistry, wanted: readonly FunctionEvents[]): Promise<PushPlan> {
  const isPresent = await registry.exists();
  const functions = await Promise.all(
    wanted.map(async ({ functionName, events }): Promise<PlannedFunction> => {
      const schema = schemaNameOf(functionName);
      const existing = isPresent ? await registry.read(schema) : undefined;
      const changes = mergeEvents(existing, events, schema);
      const action = changes.content === undefined ? 'nothing' : existing === undefined ? 'create' : 'update';
      const versions = action === 'update' ? await registry.versions(schema) : [];
      const dropsVersion = versions.length >= MOST_VERSIONS ? versions[0] : undefined;
      return { ...changes, functionName, schema, action, dropsVersion };
    }),
  );
  return { createsRegistry: !isPresent && functions.some(({ action }) => action !== 'nothing'), functions };
}

/** Executes a plan. After a failure, the same push does the rest, and does not repeat earlier writes. */
export async function applyPush(registry: SchemaRegistry, { createsRegistry, functions }: PushPlan): Promise<void> {
  if (createsRegistry) await registry.createRegistry();
  for (const { schema, action, content, dropsVersion } of functions) {
    if (content === undefined) continue;
    if (dropsVersion !== undefined) await registry.deleteVersion(schema, dropsVersion);
    await (action === 'create' ? registry.create(schema, content) : registry.update(schema, content));
  }
}

/** A plan as text: new (+), changed (~), unchanged (=) and other events. */
export function describePlan({ createsRegistry, functions }: PushPlan): string {
  const lines = createsRegistry ? ['registry lambda-testevent-schemas: created'] : [];
  for (const { functionName, schema, action, added, changed, unchanged, others, dropsVersion } of functions) {
    const what = { create: 'created', update: 'updated', nothing: 'unchanged' }[action];
    lines.push(`${functionName}: schema ${schema}: ${what}`);
    lines.push(...added.map((name) => `  + ${name}`), ...changed.map((name) => `  ~ ${name}`));
    if (unchanged.length > 0) lines.push(`  = ${unchanged.length} unchanged`);
    if (others.length > 0) lines.push(`  other events, which are kept: ${others.join(', ')}`);
    if (dropsVersion !== undefined) lines.push(`  version ${dropsVersion} of the schema, the oldest, is deleted`);
  }
  return lines.join('\n');
}
