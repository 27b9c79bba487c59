import type { Remark } from '../policy/index.js';
import type { LoadedTemplate } from '../template/index.js';

/** The sections that CloudFormation reads: `Metadata` is for other readers, and SAM removes `Globals`. */
const sections = ['Parameters', 'Mappings', 'Conditions', 'Rules', 'Resources', 'Outputs'];

/** The notes about keys and items without a value: CloudFormation refuses a template that has one anywhere. */
export function nullNotes({ template }: Pick<LoadedTemplate, 'template'>): Remark[] {
  const found: Remark[] = [];
  const walk = (value: unknown, path: string): void => {
    if (value === null) found.push({ path, sentence: 'has no value: CloudFormation refuses it' });
    else if (Array.isArray(value)) value.forEach((item, at) => walk(item, `${path}[${at}]`));
    else if (typeof value === 'object') for (const [key, part] of Object.entries(value)) walk(part, `${path}.${key}`);
  };
  for (const section of sections) walk((template as Readonly<Record<string, unknown>>)[section], section);
  return found;
}
