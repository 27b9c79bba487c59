import { answerOption } from '../../answers.js';
import { isProblem, problem } from '../../problem.js';
import type { Resolving } from './resolving.js';
import { substitute } from './sub.js';
import { asList, asNumber, asText, asTexts, isRecord, kindOf, type Resolved } from './values.js';

/** One function of CloudFormation: its argument as it stands in the template, the path of it. */
export type Intrinsic = (argument: unknown, path: string, resolving: Resolving) => Resolved | undefined;

/** @returns the function's name, for an object that is a call of one */
export function intrinsicName(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  const [key, ...others] = Object.keys(value);
  if (key === undefined || others.length > 0) return undefined;
  return key === 'Ref' || key.startsWith('Fn::') ? key : undefined;
}

export const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, path, resolving) => resolving.reference(literal(argument, path), path),

  'Fn::GetAtt': (argument, path, resolving) => {
    const [logicalId, name] = attributeOf(argument, path, resolving);
    return resolving.attribute(logicalId, name, path);
  },

  'Fn::Sub': substitute,

  'Fn::Join': (argument, path, resolving) => {
    const [separator, parts] = args(argument, path, 2);
    const texts = asTexts(asList(resolving.required(parts, `${path}[1]`), `${path}[1]`), `${path}[1]`);
    return texts.join(literal(separator, `${path}[0]`));
  },

  'Fn::Select': (argument, path, resolving) => {
    const [index, list] = args(argument, path, 2);
    const at = asNumber(resolving.required(index, `${path}[0]`), `${path}[0]`);
    const from = asList(resolving.required(list, `${path}[1]`), `${path}[1]`);
    const found = from[at];
    if (found === undefined) throw problem(path, `there is no element ${at} in a list of ${from.length}`);
    return found;
  },

  'Fn::Split': (argument, path, resolving) => {
    const [separator, text] = args(argument, path, 2);
    return asText(resolving.required(text, `${path}[1]`), `${path}[1]`).split(literal(separator, `${path}[0]`));
  },

  'Fn::Base64': (argument, path, resolving) =>
    Buffer.from(asText(resolving.required(argument, path), path)).toString('base64'),

  'Fn::If': (argument, path, resolving) => {
    const chosen = choose(argument, path, resolving);
    return resolving.value(chosen.value, chosen.path);
  },

  'Fn::FindInMap': (argument, path, resolving) => {
    const keys = args(argument, path, 3).slice(0, 3);
    const [map = '', first = '', second = ''] = keys.map((key, index) =>
      asText(resolving.required(key, `${path}[${index}]`), `${path}[${index}]`),
    );
    const found = resolving.document.Mappings[map]?.[first]?.[second];
    if (found !== undefined) return resolving.value(found, `Mappings.${map}.${first}.${second}`);
    // With the transform AWS::LanguageExtensions.
    const [, , , options] = argument as unknown[];
    if (isRecord(options) && 'DefaultValue' in options) {
      return resolving.value(options['DefaultValue'], `${path}[3].DefaultValue`);
    }
    throw problem(path, `there is no Mappings.${map}.${first}.${second}`);
  },

  // Names only; which zones an account has is not known here.
  'Fn::GetAZs': (argument, path, resolving) => {
    const given = asText(resolving.required(argument, path), path);
    const region = given === '' ? resolving.place.region : given;
    return ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
  },

  'Fn::Length': (argument, path, resolving) => asList(resolving.required(argument, path), path).length,

  'Fn::ToJsonString': (argument, path, resolving) => JSON.stringify(resolving.required(argument, path)),

  'Fn::ImportValue': (argument, path, resolving) => {
    const name = importName(argument, path, resolving.strict);
    return resolving.elsewhere({
      key: name,
      path,
      reason: `imports ${JSON.stringify(name)} from another stack`,
      ask: answerOption(name),
    });
  },
};

/** The branch of an `Fn::If`, as it stands. */
export function choose(argument: unknown, path: string, resolving: Resolving): { value: unknown; path: string } {
  const [name, whenTrue, whenFalse] = args(argument, path, 3);
  return resolving.condition({ Condition: name }, `${path}[0]`)
    ? { value: whenTrue, path: `${path}[1]` }
    : { value: whenFalse, path: `${path}[2]` };
}

/** The export's name; as it stands in the template, where a part of it is not known. */
function importName(argument: unknown, path: string, strict: Resolving): string {
  try {
    return asText(strict.required(argument, path), path);
  } catch (error) {
    const text = isRecord(argument) ? argument['Fn::Sub'] : undefined;
    if (!isProblem(error) || typeof text !== 'string') throw error;
    return text;
  }
}

function attributeOf(argument: unknown, path: string, resolving: Resolving): [string, string] {
  if (typeof argument === 'string') {
    const dot = argument.indexOf('.');
    if (dot < 1) throw problem(path, `${JSON.stringify(argument)} should look like Resource.Attribute`);
    return [argument.slice(0, dot), argument.slice(dot + 1)];
  }
  const [logicalId, name] = args(argument, path, 2);
  return [literal(logicalId, `${path}[0]`), asText(resolving.required(name, `${path}[1]`), `${path}[1]`)];
}

/** CloudFormation takes no function in these places. */
function literal(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw problem(path, `should be a text, and is ${kindOf(value)}`);
}

function args(argument: unknown, path: string, least: number): unknown[] {
  if (Array.isArray(argument) && argument.length >= least) return argument as unknown[];
  throw problem(path, `takes a list of ${least}, and has ${kindOf(argument)}`);
}
