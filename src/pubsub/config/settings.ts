import * as z from 'zod';
import { config_sections, setting_of, type setting_meta } from './sections.js';

/** One setting as a row: for reading the environment, for suggestions, for the reference page. */
export interface setting_row extends setting_meta {
  /** As in `config`: "consumer.session_timeout_ms". */
  path: string;
  section: string;
  key: string;
  kind: 'number' | 'boolean' | 'list' | 'text';
  default_value: unknown;
  /** Allowed words, where the setting is a choice. */
  choices?: readonly string[];
}

/** Every setting, in the order of the sections. */
export const setting_rows: readonly setting_row[] = Object.entries(config_sections).flatMap(([section, schema]) =>
  Object.entries(schema.shape as Record<string, z.ZodType>).map(([key, field]) => {
    const meta = setting_of(field);
    if (meta === undefined) throw new Error(`${section}.${key} has no entry in the reference`);
    const inner = unwrap(field);
    return {
      ...meta,
      path: `${section}.${key}`,
      section,
      key,
      kind: kind_of(inner),
      default_value: field instanceof z.ZodDefault ? field.parse(undefined) : undefined,
      ...(inner instanceof z.ZodEnum ? { choices: inner.options.map(String) } : {}),
    };
  }),
);

function unwrap(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return unwrap(schema.unwrap() as z.ZodType);
  return schema;
}

function kind_of(schema: z.ZodType): setting_row['kind'] {
  if (schema instanceof z.ZodNumber) return 'number';
  if (schema instanceof z.ZodBoolean) return 'boolean';
  if (schema instanceof z.ZodArray) return 'list';
  return 'text';
}
