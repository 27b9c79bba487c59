import * as z from 'zod';
import { configSections, settingOf, type SettingMeta } from './settings.js';

/** One setting as a row, used to read the environment, for suggestions, and for the pages. */
export interface SettingRow extends SettingMeta {
  /** As in `config`: "consumer.session_timeout_ms". */
  path: string;
  section: string;
  key: string;
  kind: 'number' | 'boolean' | 'list' | 'text';
  default_value: unknown;
  /** It has no default and no other setting replaces it. */
  isRequired: boolean;
  /** The limits of a number. */
  min?: number;
  max?: number;
  /** The allowed words, if the setting is a choice. */
  choices?: readonly string[];
}

/** Every setting, in the order of the sections. */
export const settingRows: readonly SettingRow[] = Object.entries(configSections).flatMap(([section, schema]) =>
  Object.entries(schema.shape as Record<string, z.ZodType>).map(([key, field]) => {
    const meta = settingOf(field);
    if (meta === undefined) throw new Error(`${section}.${key} has no entry in the reference`);
    const inner = unwrap(field);
    return {
      ...meta,
      path: `${section}.${key}`,
      section,
      key,
      kind: kindOf(inner),
      default_value: field instanceof z.ZodDefault ? field.parse(undefined) : undefined,
      isRequired: !field.safeParse(undefined).success,
      ...(inner instanceof z.ZodNumber ? { min: Number(inner.minValue), max: Number(inner.maxValue) } : {}),
      ...(inner instanceof z.ZodEnum ? { choices: inner.options.map(String) } : {}),
    };
  }),
);

function unwrap(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional || schema instanceof z.ZodReadonly)
    return unwrap(schema.unwrap() as z.ZodType);
  return schema;
}

function kindOf(schema: z.ZodType): SettingRow['kind'] {
  if (schema instanceof z.ZodNumber) return 'number';
  if (schema instanceof z.ZodBoolean) return 'boolean';
  if (schema instanceof z.ZodArray) return 'list';
  return 'text';
}
