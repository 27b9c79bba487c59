import { shellWord } from '../../answers.js';
import { isProblem, problem, reasonOf, type Problems } from '../../problem.js';
import type { TemplateParameter } from '../load/document.js';
import { resourceId } from './identity.js';
import type { Remarks } from '../remarks.js';
import type { Resolving } from './resolving.js';
import type { Resolved } from './values.js';

/** Refuses given values that CloudFormation would not accept, whether they are used or not. */
export function refuseGivenParameters(resolving: Resolving, problems: Problems): void {
  const { Parameters, misshapen } = resolving.document;
  for (const name of Object.keys(resolving.options.parameters ?? {})) {
    if (Object.hasOwn(Parameters, name)) {
      problems.try(() => parameterOf(name, resolving));
      continue;
    }
    // A part without the expected shape is refused for that reason.
    if (misshapen?.has('Parameters') === true || misshapen?.has(`Parameters.${name}`) === true) continue;
    const names = Object.keys(Parameters);
    problems.add(
      problem(
        `Parameters.${name}`,
        'the template has no such parameter',
        names.length === 0 ? 'It has no parameters.' : `It has ${names.join(', ')}.`,
      ),
    );
  }
}

/**
 * The value of a parameter: the given one, else its default. Lists are returned as lists.
 *
 * @throws pubsub_error `template_refused` if it has neither, or a value that the parameter does not accept
 */
export function parameterOf(name: string, resolving: Resolving): Resolved {
  const parameter = resolving.document.Parameters[name];
  const path = `Parameters.${name}`;
  if (parameter === undefined) throw problem(path, 'the template has no such parameter');
  const ask = `--parameter ${shellWord(`${name}=…`)}`;
  const given = resolving.options.parameters?.[name] ?? textOf(resolving.answer(name)?.value);
  const isLookedUp = parameter.Type.startsWith('AWS::SSM::Parameter::');
  const text = given ?? (isLookedUp ? undefined : textOf(parameter.Default));
  if (text === undefined) {
    const reason = isLookedUp
      ? `its value is in the Parameter Store (${textOf(parameter.Default) ?? 'under no name'}), which the rehearsal does not read`
      : 'has no default, and no value was given';
    return resolving.elsewhere({ key: name, path, reason, ask, standIn: standInFor(name, parameter, resolving) });
  }
  check(parameter, text, path, ask, resolving);
  return isList(parameter) ? text.split(',').map((part) => part.trim()) : text;
}

function check(parameter: TemplateParameter, text: string, path: string, ask: string, { remarks }: Resolving): void {
  const wrong = (sentence: string): never => {
    throw problem(path, `${JSON.stringify(text)} ${sentence}`, undefined, [ask]);
  };
  const allowed = parameter.AllowedValues?.map(String);
  if (allowed !== undefined && !allowed.includes(text)) wrong(`is not one of ${allowed.join(', ')}`);
  if (parameter.AllowedPattern !== undefined && !matches(parameter.AllowedPattern, text, path, remarks)) {
    wrong(`does not match ${parameter.AllowedPattern}`);
  }
  if (parameter.Type === 'Number') {
    if (text.trim() === '' || !Number.isFinite(Number(text))) wrong('is not a number');
    if (Number(text) < Number(parameter.MinValue ?? -Infinity)) wrong(`is less than ${parameter.MinValue}`);
    if (Number(text) > Number(parameter.MaxValue ?? Infinity)) wrong(`is more than ${parameter.MaxValue}`);
  }
  if (parameter.Type === 'String') {
    const { MinLength: least = 0, MaxLength: most = Infinity } = parameter;
    if (text.length < Number(least)) wrong(`has fewer than ${least} characters`);
    if (text.length > Number(most)) wrong(`has more than ${most} characters`);
  }
}

/** Types of parameters (CloudFormation user guide, "Parameters syntax"); those of AWS are many. */
const types = /^(?:String|Number|List<Number>|CommaDelimitedList|(?:List<)?AWS::[\w:<>]+>?)$/;

/**
 * The reason why CloudFormation would refuse a parameter for which no value is given, without the parameter's name.
 *
 * @returns undefined if CloudFormation accepts it
 */
export function parameterMistake(name: string, resolving: Resolving): string | undefined {
  const { Type: type, Default: otherwise } = resolving.document.Parameters[name] ?? { Type: 'String' };
  if (!types.test(type)) return `${type} is not a parameter type`;
  const isTaken = resolving.options.parameters?.[name] === undefined && otherwise !== undefined;
  if (!isTaken || type.startsWith('AWS::SSM::Parameter::')) return undefined;
  try {
    parameterOf(name, resolving);
    return undefined;
  } catch (error) {
    if (!isProblem(error)) throw error;
    return `its default ${reasonOf(error)}`;
  }
}

function isList({ Type }: TemplateParameter): boolean {
  return /List</.test(Type) || Type === 'CommaDelimitedList';
}

function textOf(value: string | number | boolean | object | null | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value.map(String).join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const prefixes: readonly (readonly [RegExp, string])[] = [
  [/SecurityGroup::Id/, 'sg'],
  [/Subnet::Id/, 'subnet'],
  [/VPC::Id/, 'vpc'],
];

/** A value that the parameter's type would accept. */
function standInFor(name: string, parameter: TemplateParameter, { place }: Resolving): Resolved {
  const { Type: type, AllowedValues: allowed, MinValue: least } = parameter;
  const prefix = prefixes.find(([kind]) => kind.test(type))?.[1];
  const one = prefix === undefined ? textOf(allowed?.[0]) : resourceId(place, name, prefix);
  if (isList(parameter)) return [one ?? `made-up-${name}`];
  return one ?? (type === 'Number' ? (textOf(least) ?? '1') : `made-up-${name}`);
}

/** CloudFormation's patterns are Java's, and some of them are not valid in JavaScript. */
function matches(pattern: string, text: string, path: string, remarks: Remarks): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(text);
  } catch {
    remarks.notModelled(path, `its AllowedPattern ${pattern} cannot be read here, and is not checked`);
    return true;
  }
}
