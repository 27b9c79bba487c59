import { isDeepStrictEqual } from 'node:util';
import { pubsub_error } from '../../src/base/error.js';

/** Events by their names. */
export type Events = Readonly<Record<string, unknown>>;

/** What a push does to the events of one function. */
export interface EventChanges {
  readonly added: readonly string[];
  /** There under this name, and different. */
  readonly changed: readonly string[];
  readonly unchanged: readonly string[];
  /** There, and none of ours: they stay. */
  readonly others: readonly string[];
  /** The schema's content afterwards; undefined when nothing changes. */
  readonly content: string | undefined;
}

interface Schema {
  components: { examples?: Record<string, { value?: unknown }> };
}

/**
 * Puts events among those that a function has already. Pure.
 *
 * The console keeps a function's shareable events as the examples of one OpenAPI schema: `components.examples.NAME.value`
 * (aws-sam-cli, samcli/lib/shared_test_events/lambda_shared_test_event.py, which writes the same). What else is in the
 * schema is left as it is.
 *
 * @param existing content of the schema, undefined where there is none
 * @throws pubsub_error `aws_refused` when what is there is no such schema
 */
export function mergeEvents(existing: string | undefined, events: Events, schemaName: string): EventChanges {
  const schema = existing === undefined ? emptySchema() : parse(existing, schemaName);
  const there = schema.components.examples ?? {};
  const names = Object.keys(events);
  const isThere = (name: string): boolean => Object.hasOwn(there, name);
  const isSame = (name: string): boolean => isThere(name) && isDeepStrictEqual(there[name]?.value, events[name]);
  const added = names.filter((name) => !isThere(name));
  const changed = names.filter((name) => isThere(name) && !isSame(name));
  const examples = {
    ...there,
    ...Object.fromEntries([...added, ...changed].map((name) => [name, { value: events[name] }])),
  };
  const isNew = added.length + changed.length > 0;
  return {
    added,
    changed,
    unchanged: names.filter(isSame),
    others: Object.keys(there).filter((name) => !names.includes(name)),
    content: isNew ? JSON.stringify({ ...schema, components: { ...schema.components, examples } }) : undefined,
  };
}

/** As the console begins one, but for the fields that it infers from the first event: ours are not all of one shape. */
function emptySchema(): Schema & Record<string, unknown> {
  return {
    openapi: '3.0.0',
    info: { version: '1.0.0', title: 'Event' },
    paths: {},
    components: { schemas: { Event: { type: 'object' } } } as Schema['components'],
  };
}

function parse(content: string, schemaName: string): Schema {
  let schema: Partial<Schema> | undefined;
  try {
    schema = JSON.parse(content) as Partial<Schema>;
  } catch {
    schema = undefined;
  }
  if (typeof schema?.components !== 'object') {
    throw new pubsub_error('aws_refused', 'aws', `schema ${schemaName} is there, and is none of the Lambda console's`, {
      hint: 'It was left as it is. Look at it in the EventBridge console, registry lambda-testevent-schemas.',
    });
  }
  return { ...schema, components: schema.components };
}
