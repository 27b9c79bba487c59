import { z } from 'zod';
import type { pubsub_error } from '../../../src/base/error.js';
import { problem, Problems } from '../../problem.js';
import { misshapenAll } from '../../shape.js';
import { isRecord } from '../resolve/values.js';

/** A key without a value counts as absent: `Properties:` with nothing below it. */
const optional = <T extends z.ZodType>(schema: T) =>
  schema
    .nullish()
    .transform((value) => value ?? undefined)
    .optional();
const section = <T extends z.ZodType>(schema: T) =>
  z
    .record(z.string(), schema)
    .nullish()
    .transform((value) => value ?? {});

/** YAML reads a condition with the name `Yes` as a boolean, both as a key and as a reference. */
const conditionName = z.union([z.string(), z.boolean()]).transform(String);

const resource = z.looseObject({
  Type: z.string(),
  Properties: optional(z.record(z.string(), z.unknown())),
  Condition: optional(conditionName),
  Metadata: optional(z.record(z.string(), z.unknown())),
  /**
   * The place in the file of properties that were moved from another type's property, and of parts of them
   * ("Code.LocalPath"). An addition of this reader.
   */
  origins: z.record(z.string(), z.string()).optional(),
  /**
   * The place in `Globals` of what a function takes from there. It is for notes only: what is read has its place in the
   * function, so that an answer sets it for one function. An addition of this reader.
   */
  general: z.record(z.string(), z.string()).optional(),
  /** The logical id of the resource in the file for which SAM makes this one. An addition of this reader. */
  madeFor: z.string().optional(),
  /** The properties that are nowhere in the file, because SAM makes them. An addition of this reader. */
  added: z.array(z.string()).optional(),
});

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const parameter = z.looseObject({
  Type: z.string(),
  Default: z.union([scalar, z.array(z.unknown())]).optional(),
  AllowedValues: z.array(scalar).optional(),
  AllowedPattern: z.string().optional(),
  MinLength: scalar.optional(),
  MaxLength: scalar.optional(),
  MinValue: scalar.optional(),
  MaxValue: scalar.optional(),
});

const document = z.looseObject({
  Transform: z.unknown().optional(),
  /** Whether SAM adds parts to it. An addition of this reader. */
  transformed: z.boolean().optional(),
  /** Whether the functions of AWS::LanguageExtensions may be used. An addition of this reader. */
  extended: z.boolean().optional(),
  /**
   * Whether parts are missing that a rehearsal cannot create: an attribute that it does not have may exist in AWS. An
   * addition of this reader.
   */
  incomplete: z.boolean().optional(),
  Globals: optional(z.record(z.string(), z.unknown())),
  Parameters: section(parameter),
  Mappings: section(z.record(z.string(), z.record(z.string(), z.unknown()))),
  Conditions: section(z.unknown()),
  Rules: section(z.unknown()),
  Resources: z.record(z.string(), resource),
  Outputs: section(z.looseObject({ Value: z.unknown(), Condition: optional(conditionName) })),
});

export const TEMPLATE_HINT =
  'Give a template as `cdk synth` writes it (cdk.out/<stack>.template.json), or a SAM or CloudFormation template.';

/** A CloudFormation template, its parts by name, nothing resolved yet. */
export type TemplateDocument = z.infer<typeof document> & {
  /**
   * Parts without the expected shape, with the reason, by "Section" or "Section.id": they were removed or replaced.
   * What refers to one of them is refused for the same reason.
   */
  readonly misshapen?: ReadonlyMap<string, pubsub_error>;
};
export type TemplateResource = z.infer<typeof resource>;
export type TemplateParameter = z.infer<typeof parameter>;

/**
 * @param problems gets the parts without the expected shape; the rest is read. @default the whole template is refused
 * @throws pubsub_error `template_refused` for what is not a template at all: it has no resources
 */
export function templateDocument(template: unknown, problems?: Problems): TemplateDocument {
  const { success, data, error } = document.safeParse(template);
  if (success) return data;
  const found = misshapenAll(error, template).map(({ path, sentence }) => ({
    path,
    refused: problem(path.length === 0 ? 'template' : path.join('.'), sentence, TEMPLATE_HINT),
  }));
  const all = new Problems();
  all.add(...found.map(({ refused }) => refused));
  const rest = problems === undefined ? undefined : withoutMisshapen(template, found);
  if (problems === undefined || rest === undefined) {
    all.throwIfAny();
    throw error;
  }
  problems.try(() => all.throwIfAny());
  return rest;
}

interface Misshapen {
  readonly path: readonly string[];
  readonly refused: pubsub_error;
}

/** A type about which nothing is known. */
const UNKNOWN_TYPE = 'Custom::Unknown';

/** @returns undefined if no resources are left */
function withoutMisshapen(template: unknown, found: readonly Misshapen[]): TemplateDocument | undefined {
  if (!isRecord(template) || !isRecord(template['Resources'])) return undefined;
  const rest: Record<string, unknown> = { ...template };
  const misshapen = new Map<string, Problems>();
  const note = (key: string, refused: pubsub_error): void => {
    const problems = misshapen.get(key) ?? new Problems();
    problems.add(refused);
    misshapen.set(key, problems);
  };
  for (const { path, refused } of found) {
    const [name = '', id, key = ''] = path;
    const section = rest[name];
    if (id === undefined || name === 'Globals' || !isRecord(section)) {
      rest[name] = undefined;
      note(name, refused);
      continue;
    }
    const { [id]: entry, ...others } = section;
    const isSpare = name === 'Resources' && isRecord(entry) && ['Condition', 'Metadata'].includes(key);
    if (!isSpare) note(`${name}.${id}`, refused);
    if (name !== 'Resources') rest[name] = others;
    else rest[name] = { ...section, [id]: isSpare ? { ...entry, [key]: null } : { Type: UNKNOWN_TYPE } };
  }
  const { success, data } = document.safeParse(rest);
  if (!success) return undefined;
  const reasons = [...misshapen].map(([key, problems]) => [key, problems.together()] as const);
  return {
    ...data,
    misshapen: new Map(reasons.flatMap(([key, error]) => (error === undefined ? [] : [[key, error]]))),
  };
}
