import { mergeEvents, type EventChanges, type Events } from './content.js';
import { schemaNameOf, type SchemaRegistry } from './registry.js';

/** A schema of this registry may have so many versions (aws-sam-cli makes room in the same way). */
const mostVersions = 5;

export interface FunctionEvents {
  readonly functionName: string;
  readonly events: Events;
}

export interface PlannedFunction extends EventChanges {
  readonly functionName: string;
  readonly schema: string;
  readonly action: 'create' | 'update' | 'nothing';
  /** The oldest version, which has to go to make room for a new one. */
  readonly dropsVersion: string | undefined;
}

export interface PushPlan {
  readonly createsRegistry: boolean;
  readonly functions: readonly PlannedFunction[];
}

/** Reads what is there, and says exactly what a push would change. Writes nothing. */
export async function planPush(registry: SchemaRegistry, wanted: readonly FunctionEvents[]): Promise<PushPlan> {
  const isThere = await registry.exists();
  const functions = await Promise.all(
    wanted.map(async ({ functionName, events }): Promise<PlannedFunction> => {
      const schema = schemaNameOf(functionName);
      const existing = isThere ? await registry.read(schema) : undefined;
      const changes = mergeEvents(existing, events, schema);
      const action = changes.content === undefined ? 'nothing' : existing === undefined ? 'create' : 'update';
      const versions = action === 'update' ? await registry.versions(schema) : [];
      const dropsVersion = versions.length >= mostVersions ? versions[0] : undefined;
      return { ...changes, functionName, schema, action, dropsVersion };
    }),
  );
  return { createsRegistry: !isThere && functions.some(({ action }) => action !== 'nothing'), functions };
}

/** Does what the plan says. After a failure the same push does the rest: what is there already is not written again. */
export async function applyPush(registry: SchemaRegistry, { createsRegistry, functions }: PushPlan): Promise<void> {
  if (createsRegistry) await registry.createRegistry();
  for (const { schema, action, content, dropsVersion } of functions) {
    if (content === undefined) continue;
    if (dropsVersion !== undefined) await registry.deleteVersion(schema, dropsVersion);
    await (action === 'create' ? registry.create(schema, content) : registry.update(schema, content));
  }
}

/** A plan for people: what is new (+), different (~), the same (=), and of others. */
export function describePlan({ createsRegistry, functions }: PushPlan): string {
  const lines = createsRegistry ? ['registry lambda-testevent-schemas: is made'] : [];
  for (const { functionName, schema, action, added, changed, unchanged, others, dropsVersion } of functions) {
    const what = { create: 'is made', update: 'is updated', nothing: 'stays as it is' }[action];
    lines.push(`${functionName}: schema ${schema} ${what}`);
    lines.push(...added.map((name) => `  + ${name}`), ...changed.map((name) => `  ~ ${name}`));
    if (unchanged.length > 0) lines.push(`  = ${unchanged.length} the same`);
    if (others.length > 0) lines.push(`  others, which stay: ${others.join(', ')}`);
    if (dropsVersion !== undefined) lines.push(`  version ${dropsVersion} of the schema, the oldest, makes room`);
  }
  return lines.join('\n');
}
