import { z } from 'zod';
import { refusal } from '../../refusal.js';
import { misshapen } from '../../shape.js';

const resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).optional(),
  Condition: z.string().optional(),
  Metadata: z.record(z.string(), z.unknown()).optional(),
});

const parameter = z.looseObject({
  Type: z.string(),
  Default: z.union([z.string(), z.number(), z.boolean(), z.array(z.unknown())]).optional(),
  AllowedValues: z.array(z.union([z.string(), z.number(), z.boolean()])).optional(),
  AllowedPattern: z.string().optional(),
});

const document = z.looseObject({
  Transform: z.unknown().optional(),
  Globals: z.record(z.string(), z.unknown()).optional(),
  Parameters: z.record(z.string(), parameter).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), resource),
  Outputs: z.record(z.string(), z.looseObject({ Value: z.unknown(), Condition: z.string().optional() })).default({}),
});

/** A CloudFormation template, its parts by name, nothing resolved yet. */
export type TemplateDocument = z.infer<typeof document>;
export type TemplateResource = z.infer<typeof resource>;
export type TemplateParameter = z.infer<typeof parameter>;

/** @throws pubsub_error `template_refused` where it has not the shape of a template */
export function templateDocument(template: unknown): TemplateDocument {
  const { success, data, error } = document.safeParse(template);
  if (success) return data;
  const { path, sentence } = misshapen(error, template);
  throw refusal(
    path.length === 0 ? 'template' : path.join('.'),
    sentence,
    'Give a template as `cdk synth` writes it (cdk.out/<stack>.template.json), or a SAM or CloudFormation template.',
  );
}
