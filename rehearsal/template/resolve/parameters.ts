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
  const isLookedUp = isNameOfValue(parameter);
  const ofOption = resolving.options.parameters?.[name];
  // As in the command that deploys the stack.
  const storeName = isLookedUp && ofOption?.startsWith('/') === true ? ofOption : undefined;
  const answered = textOf(resolving.answer(name)?.value);
  const given = storeName === undefined ? (ofOption ?? answered) : answered;
  const text = given ?? (isLookedUp ? undefined : textOf(parameter.Default));
  if (text === undefined) {
    const reason = isLookedUp
      ? `its value is in the Parameter Store (${storeName ?? textOf(parameter.Default) ?? 'under no name'}), which the rehearsal does not read`
      : 'has no default, and no value was given';
    return resolving.elsewhere({ key: name, path, reason, ask, standIn: standInFor(name, parameter, resolving) });
  }
  const items = isList(parameter) ? text.split(',').map((part) => part.trim()) : undefined;
  // The constraints are about the name in the Parameter Store, and an answer is the value.
  if (!isLookedUp) for (const one of items ?? [text]) check(parameter, one, path, ask, resolving);
  return items ?? text;
}

/** @param text the value, or one item of a list: constraints apply to each */
function check(parameter: TemplateParameter, text: string, path: string, ask: string, { remarks }: Resolving): void {
  const wrong = (sentence: string): never => {
    throw problem(path, `${JSON.stringify(text)} ${sentence}`, undefined, [ask]);
  };
  const allowed = parameter.AllowedValues?.map(String);
  if (allowed !== undefined && !allowed.includes(text)) wrong(`is not one of ${allowed.join(', ')}`);
  if (parameter.AllowedPattern !== undefined && !matches(parameter.AllowedPattern, text, path, remarks)) {
    wrong(`does not match ${parameter.AllowedPattern}`);
  }
  const isNumber = text.trim() !== '' && Number.isFinite(Number(text));
  if (/^(?:List<)?Number>?$/.test(parameter.Type) && !isNumber) wrong('is not a number');
  if (parameter.Type === 'Number') {
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
  const parameter = resolving.document.Parameters[name] ?? { Type: 'String' };
  const { Type: type, Default: otherwise } = parameter;
  if (!types.test(type)) return `${type} is not a parameter type`;
  const isTaken = resolving.options.parameters?.[name] === undefined && otherwise !== undefined;
  if (!isTaken) return undefined;
  try {
    if (isNameOfValue(parameter)) check(parameter, textOf(otherwise) ?? '', `Parameters.${name}`, '', resolving);
    else parameterOf(name, resolving);
    return undefined;
  } catch (error) {
    if (!isProblem(error)) throw error;
    return `its default ${reasonOf(error)}`;
  }
}

function isList({ Type }: TemplateParameter): boolean {
  return /List</.test(Type) || /\bCommaDelimitedList\b/.test(Type);
}

/** Whether its value is looked up in the Parameter Store under the name that is given. */
function isNameOfValue({ Type }: TemplateParameter): boolean {
  return Type.startsWith('AWS::SSM::Parameter::Value<');
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
  const [first] = isNameOfValue(parameter) ? [] : (allowed ?? []);
  const one = prefix === undefined ? textOf(first) : resourceId(place, name, prefix);
  if (isList(parameter)) return [one ?? `made-up-${name}`];
  return one ?? (type === 'Number' ? (textOf(least) ?? '1') : `made-up-${name}`);
}

/** CloudFormation's patterns are Java's: some of them are not valid in JavaScript, or have another meaning. */
function matches(pattern: string, text: string, path: string, remarks: Remarks): boolean {
  try {
    if (!isOfJavaOnly(pattern)) return new RegExp(`^(?:${pattern})$`).test(text);
  } catch {
    // Remarked like the others.
  }
  remarks.notModelled(path, `its AllowedPattern ${pattern} cannot be read here, and is not checked`);
  return true;
}

/** Whether a pattern has an escape, or an operator within brackets, that JavaScript would read as plain characters. */
function isOfJavaOnly(pattern: string): boolean {
  const escapes = pattern.match(/\\[^]/g) ?? [];
  const rest = pattern.replaceAll(/\\[^]/g, '');
  return escapes.some((one) => /[A-Za-z]/.test(one) && !/[bBdDsSwWnrtfucxk]/.test(one)) || /&&|\[[^\]]*\[/.test(rest);
}
