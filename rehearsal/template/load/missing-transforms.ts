import { mistake, type Problems } from '../../problem.js';
import { isRecord } from '../resolve/values.js';
import { LANGUAGE_EXTENSIONS, otherTransforms, SAM, transformsOf } from './transforms.js';

/**
 * Refuses types and functions that CloudFormation does not have without a transform that the template does not name.
 * A macro may replace them before CloudFormation sees them.
 *
 * @param template before it is changed in any way
 */
export function refuseMissingTransforms(template: unknown, problems: Problems): void {
  if (!isRecord(template) || otherTransforms(template['Transform']).length > 0) return;
  const named = transformsOf(template['Transform']);
  const needed = new Map<string, { path: string; transform: string }>();
  for (const { name, path, transform } of needsOf(template, '')) {
    if (!named.includes(transform) && !needed.has(name)) needed.set(name, { path, transform });
  }
  for (const [name, { path, transform }] of needed) {
    problems.add(
      mistake('Transform', `does not name ${transform}, without which CloudFormation does not have ${name} (${path})`),
    );
  }
}

interface Need {
  /** The type or the function. */
  readonly name: string;
  readonly path: string;
  readonly transform: string;
}

const functions = ['Fn::Length', 'Fn::ToJsonString'];

function needsOf(value: unknown, path: string): Need[] {
  if (Array.isArray(value)) return value.flatMap((item, at) => needsOf(item, `${path}[${at}]`));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, part]): Need[] => {
    const at = path === '' ? key : `${path}.${key}`;
    const inner = key === 'Metadata' ? [] : needsOf(part, at);
    if (/^Resources\.[^.[]+\.Type$/.test(at) && typeof part === 'string' && part.startsWith('AWS::Serverless::')) {
      return [{ name: part, path: at, transform: SAM }];
    }
    const name = key.startsWith('Fn::ForEach::') ? 'Fn::ForEach' : functions.find((one) => one === key);
    const isDefault = key === 'Fn::FindInMap' && Array.isArray(part) && part.length > 3;
    const extension = isDefault ? 'DefaultValue of Fn::FindInMap' : name;
    return extension === undefined ? inner : [{ name: extension, path: at, transform: LANGUAGE_EXTENSIONS }, ...inner];
  });
}
