import { isDeepStrictEqual } from 'node:util';
import { pubsub_error } from '../../src/base/error.js';

/** Events by their names. */
export type Events = Readonly<Record<string, unknown>>;

/** The changes of a push to the events of one function. */
export interface EventChanges {
  readonly added: readonly string[];
  /** Existing events of this name with another content. */
  readonly changed: readonly string[];
  readonly unchanged: readonly string[];
  /** Existing events that are not from this repository: they are kept. */
  readonly others: readonly string[];
  /** The new content of the schema; undefined if nothing changes. */
  readonly content: string | undefined;
}

interface Schema {
  components: { examples?: Record<string, { value?: unknown }> };
}

/**
 * Adds events to the existing ones of a function. Pure.
 *
 * The console keeps a function's shareable events as the examples of one OpenAPI schema:
 * `components.examples.NAME.value` (aws-sam-cli, samcli/lib/shared_test_events/lambda_shared_test_event.py, which
 * writes the same). The rest of the schema is not changed.
 *
 * @param existing content of the schema, undefined if there is none
 * @throws pubsub_error `aws_refused` if the content is not such a schema
 */
export function mergeEvents(existing: string | undefined, events: Events, schemaName: string): EventChanges {
  const schema = existing === undefined ? emptySchema() : parse(existing, schemaName);
  const present = schema.components.examples ?? {};
  const names = Object.keys(events);
  const isPresent = (name: string): boolean => Object.hasOwn(present, name);
  const isSame = (name: string): boolean => isPresent(name) && isDeepStrictEqual(present[name]?.value, events[name]);
  const added = names.filter((name) => !isPresent(name));
  const changed = names.filter((name) => isPresent(name) && !isSame(name));
  const examples = {
    ...present,
    ...Object.fromEntries([...added, ...changed].map((name) => [name, { value: events[name] }])),
  };
  const isNew = added.length + changed.length > 0;
  return {
    added,
    changed,
    unchanged: names.filter(isSame),
    others: Object.keys(present).filter((name) => !names.includes(name)),
    content: isNew ? JSON.stringify({ ...schema, components: { ...schema.components, examples } }) : undefined,
  };
}

/** As the console creates one, without the fields that it infers from the first event: our events have several shapes. */
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
    throw new pubsub_error(
      'aws_refused',
      'aws',
      `schema ${schemaName} exists, and is not in the Lambda console's format`,
      {
        hint: 'It was not changed. See it in the EventBridge console, registry lambda-testevent-schemas.',
      },
    );
  }
  return { ...schema, components: schema.components };
}
