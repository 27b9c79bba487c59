import { z } from 'zod';
import { problem, Problems } from '../../problem.js';
import { misshapenAll } from '../../shape.js';

/** A key without a value is none: `Properties:` with nothing below it. */
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

/** YAML takes a condition that is called `Yes` for a boolean, as a key and where it is named. */
const conditionName = z.union([z.string(), z.boolean()]).transform(String);

const resource = z.looseObject({
  Type: z.string(),
  Properties: optional(z.record(z.string(), z.unknown())),
  Condition: optional(conditionName),
  Metadata: optional(z.record(z.string(), z.unknown())),
  /** Where a property stands in the file, for one that was made of another type's property. Ours. */
  origins: z.record(z.string(), z.string()).optional(),
});

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const parameter = z.looseObject({
  Type: z.string(),
  Default: z.union([scalar, z.array(z.unknown())]).optional(),
  AllowedValues: z.array(scalar).optional(),
  AllowedPattern: z.string().optional(),
  MinValue: scalar.optional(),
});

const document = z.looseObject({
  Transform: z.unknown().optional(),
  /** Whether a transform makes parts of it that are not in it. Ours. */
  transformed: z.boolean().optional(),
  Globals: optional(z.record(z.string(), z.unknown())),
  Parameters: section(parameter),
  Mappings: section(z.record(z.string(), z.record(z.string(), z.unknown()))),
  Conditions: section(z.unknown()),
  Resources: z.record(z.string(), resource),
  Outputs: section(z.looseObject({ Value: z.unknown(), Condition: optional(conditionName) })),
});

/** A CloudFormation template, its parts by name, nothing resolved yet. */
export type TemplateDocument = z.infer<typeof document>;
export type TemplateResource = z.infer<typeof resource>;
export type TemplateParameter = z.infer<typeof parameter>;

/** @throws pubsub_error `template_refused` that names every part which has not the shape of a template's */
export function templateDocument(template: unknown): TemplateDocument {
  const { success, data, error } = document.safeParse(template);
  if (success) return data;
  const problems = new Problems();
  for (const { path, sentence } of misshapenAll(error, template)) {
    problems.add(
      problem(
        path.length === 0 ? 'template' : path.join('.'),
        sentence,
        'Give a template as `cdk synth` writes it (cdk.out/<stack>.template.json), or a SAM or CloudFormation template.',
      ),
    );
  }
  problems.throwIfAny();
  throw error;
}
