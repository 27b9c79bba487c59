import type { WireReader } from '../protocol/wire.js';

/** What a field names. `coordinator`: a group or a transactional id, depending on the request. */
export type NameMark = 'topic' | 'topicId' | 'topicPattern' | 'group' | 'transaction' | 'coordinator';

/** Receives the names in a request, in their order. */
export interface NameSink {
  name(mark: NameMark, name: string): void;
  /** A list for names of this kind is empty or null. */
  none(mark: NameMark, list: 'empty' | 'null'): void;
}

type Field =
  | { readonly type: ScalarType; readonly mark: NameMark | undefined }
  | { readonly type: 'list'; readonly fields: readonly Field[]; readonly struct: boolean }
  | { readonly type: 'struct'; readonly fields: readonly Field[]; readonly nullable: boolean };

const sizes = { bool: 1, int8: 1, int16: 2, uint16: 2, int32: 4, int64: 8, float64: 8, uuid: 16 } as const;
type ScalarType = keyof typeof sizes | 'string' | 'bytes';

/** A request's fields up to its last name. */
export type Layout = readonly Field[];

/**
 * Parses a layout of `layouts.ts`: types one after the other, "[ … ]" for a list of structures, "[type]" for a list
 * of values, "{ … }" for a structure and "{? … }" for one that may be missing; "string=topic" is the name of a topic.
 */
export function parseLayout(text: string): Layout {
  const words = text.split(' ');
  const read = (end: string | undefined): Field[] => {
    const fields: Field[] = [];
    for (let word = words.shift(); word !== undefined && word !== end; word = words.shift()) {
      if (word === '[') fields.push({ type: 'list', fields: read(']'), struct: true });
      else if (word === '{' || word === '{?')
        fields.push({ type: 'struct', fields: read('}'), nullable: word === '{?' });
      else if (word.startsWith('[')) fields.push({ type: 'list', fields: [scalar(word.slice(1, -1))], struct: false });
      else fields.push(scalar(word));
    }
    return fields;
  };
  return read(undefined);
}

function scalar(word: string): Field {
  const [type = '', mark] = word.split('=');
  return { type: type as ScalarType, mark: mark as NameMark | undefined };
}

/**
 * Reads a request's body, and passes the names in it to the sink.
 * @throws MalformedMessage
 */
export function readNames(layout: Layout, body: WireReader, flexible: boolean, sink: NameSink): void {
  for (const field of layout) readField(field, body, flexible, sink);
}

function readField(field: Field, body: WireReader, flexible: boolean, sink: NameSink): void {
  switch (field.type) {
    case 'struct':
      if (field.nullable && body.int8() < 0) return;
      readStruct(field.fields, body, flexible, sink);
      return;
    case 'list': {
      const length = body.listLength(flexible);
      const mark = firstMark(field.fields);
      if (mark !== undefined && length === undefined) sink.none(mark, 'null');
      if (mark !== undefined && length === 0) sink.none(mark, 'empty');
      for (let left = length ?? 0; left > 0; left -= 1) {
        if (field.struct) readStruct(field.fields, body, flexible, sink);
        else readNames(field.fields, body, flexible, sink);
      }
      return;
    }
    case 'string': {
      const text = body.string(flexible);
      if (field.mark !== undefined && text !== undefined) sink.name(field.mark, text);
      return;
    }
    case 'bytes':
      body.blob(flexible);
      return;
    default: {
      const bytes = body.take(sizes[field.type]);
      if (field.mark !== undefined) sink.name(field.mark, bytes.toString('hex'));
    }
  }
}

function readStruct(fields: Layout, body: WireReader, flexible: boolean, sink: NameSink): void {
  readNames(fields, body, flexible, sink);
  if (flexible) body.skipTags();
}

function firstMark(fields: Layout): NameMark | undefined {
  for (const field of fields) if ('mark' in field && field.mark !== undefined) return field.mark;
  return undefined;
}
