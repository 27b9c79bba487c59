import { refusal } from '../../refusal.js';
import type { TemplateDocument, TemplateParameter } from '../load/document.js';

/** Refuses values for parameters that the template does not have, as CloudFormation does. */
export function checkGivenParameters({ Parameters }: TemplateDocument, given: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(Parameters, name)) continue;
    const names = Object.keys(Parameters);
    throw refusal(
      `Parameters.${name}`,
      'the template has no such parameter',
      names.length === 0 ? 'It has none at all.' : `It has ${names.join(', ')}.`,
    );
  }
}

/** A parameter's value: the given one, else its default. Lists come as lists. */
export function parameterValue(
  name: string,
  parameter: TemplateParameter,
  given: string | undefined,
): string | readonly string[] {
  const path = `Parameters.${name}`;
  const ask = `Give it a value: --parameter ${name}=…`;
  if (given === undefined && parameter.Type.startsWith('AWS::SSM::Parameter::')) {
    throw refusal(path, `its value is in the Parameter Store (${String(parameter.Default)}), which is not asked`, ask);
  }
  const value = given ?? parameter.Default;
  if (value === undefined) throw refusal(path, 'has no default, and no value was given', ask);
  const text = Array.isArray(value) ? value.map(String).join(',') : String(value);
  const allowed = parameter.AllowedValues?.map(String);
  if (allowed !== undefined && !allowed.includes(text)) {
    throw refusal(path, `${JSON.stringify(text)} is not one of ${allowed.join(', ')}`, ask);
  }
  if (parameter.AllowedPattern !== undefined && !matches(parameter.AllowedPattern, text, path)) {
    throw refusal(path, `${JSON.stringify(text)} does not match ${parameter.AllowedPattern}`, ask);
  }
  if (parameter.Type === 'Number' && (text.trim() === '' || !Number.isFinite(Number(text)))) {
    throw refusal(path, `${JSON.stringify(text)} is no number`, ask);
  }
  return /List</.test(parameter.Type) || parameter.Type === 'CommaDelimitedList'
    ? text.split(',').map((part) => part.trim())
    : text;
}

function matches(pattern: string, text: string, path: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(text);
  } catch (error) {
    throw refusal(path, `its AllowedPattern cannot be read here (${String(error)})`);
  }
}
