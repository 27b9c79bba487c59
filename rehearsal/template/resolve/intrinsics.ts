import { shown } from '../../../src/base/shape-sentence.js';
import type { pubsub_error } from '../../../src/base/error.js';
import { closest, distance } from 'fastest-levenshtein';
import { answerOption } from '../../answers.js';
import { isProblem, mistake, problem } from '../../problem.js';
import { answerKey } from './answer-keys.js';
import { cidrs } from './cidr.js';
import type { Resolving } from './resolving.js';
import { substitute } from './sub.js';
import { asList, asNumber, asText, asTexts, isRecord, type Resolved } from './values.js';

const stackOutputKeys = ['StackName', 'OutputName', 'Region', 'RoleArn'];

/** One function of CloudFormation: receives its argument as written in the template, and the path of it. */
export type Intrinsic = (argument: unknown, path: string, resolving: Resolving) => Resolved | undefined;

/** @returns the function's name, if the object is a function call */
export function intrinsicName(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  const [key, ...others] = Object.keys(value);
  if (key === undefined || others.length > 0) return undefined;
  return key === 'Ref' || key.startsWith('Fn::') ? key : undefined;
}

export const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, path, resolving) => resolving.reference(nameOf(argument, path, resolving), path),

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
    if (found !== undefined) return found;
    const sentence = `there is no element ${at} in a list of ${from.length}`;
    // The zones of an account are unknown.
    throw intrinsicName(list) === 'Fn::GetAZs' ? problem(path, sentence) : mistake(path, sentence);
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
    const found = findInMap(argument, path, resolving);
    return resolving.value(found.value, found.path);
  },

  // Only the names; the zones of an account are unknown.
  'Fn::GetAZs': (argument, path, resolving) => {
    const given = asText(resolving.required(argument, path), path);
    const region = given === '' ? resolving.place.region : given;
    return ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
  },

  'Fn::Cidr': (argument, path, resolving) => {
    const [block, count, bits] = args(argument, path, 2, 3).map((part, index) =>
      part === undefined ? undefined : resolving.required(part, `${path}[${index}]`),
    );
    const made = cidrs(
      asText(block ?? '', `${path}[0]`),
      asNumber(count ?? '', `${path}[1]`),
      bits === undefined ? undefined : asNumber(bits, `${path}[2]`),
    );
    if (typeof made === 'string') throw mistake(path, made);
    return [...made];
  },

  'Fn::Length': (argument, path, resolving) => asList(resolving.required(argument, path), path).length,

  'Fn::ToJsonString': (argument, path, resolving) => JSON.stringify(resolving.required(argument, path)),

  'Fn::ImportValue': (argument, path, resolving) => {
    const name = nameElsewhere(argument, path, resolving.strict);
    return resolving.elsewhere({
      key: name,
      path,
      reason: `imports ${JSON.stringify(name)} from another stack`,
      ask: answerOption(name),
    });
  },

  'Fn::GetStackOutput': (argument, path, resolving) => {
    const { stack, output, place } = stackOutput(argument, path, resolving.strict);
    const key = [...place, stack, output].join(':');
    const where = place.length === 0 ? '' : ` in ${place.join(', ')}`;
    return resolving.elsewhere({
      key,
      path,
      reason: `has the output ${output} of the stack ${stack}${where}`,
      ask: answerOption(key),
    });
  },
};

/** The error for a missing entry of a mapping. Parts of the mapping may come from elsewhere. */
function noEntry(keys: readonly [string, string, string], path: string, { document, place }: Resolving): Error {
  const [map, first, second] = keys;
  const sentence = `there is no Mappings.${keys.join('.')}`;
  if (document.incomplete === true) return problem(path, sentence);
  const entries = Object.hasOwn(document.Mappings, map) ? Object.keys(document.Mappings[map] ?? {}) : [];
  const isPlace = [place.region, place.account].includes(first) && !entries.includes(first);
  const known =
    isPlace && entries.length > 0
      ? `It has ${entries.join(', ')}; --region and --account set the place of the stack.`
      : undefined;
  return mistake(path, second === '' ? `there is no Mappings.${map}` : sentence, known);
}

/** The branch of an `Fn::If`, unresolved. */
export function choose(argument: unknown, path: string, resolving: Resolving): { value: unknown; path: string } {
  const [name, whenTrue, whenFalse] = args(argument, path, 3);
  return resolving.condition({ Condition: name }, `${path}[0]`)
    ? { value: whenTrue, path: `${path}[1]` }
    : { value: whenFalse, path: `${path}[2]` };
}

/** The entry of a mapping, or the default value, unresolved. */
export function findInMap(argument: unknown, path: string, resolving: Resolving): { value: unknown; path: string } {
  const [map, first, second, options] = args(argument, path, 3, 4);
  const keys = [map, first, second].map((key, index) =>
    asText(resolving.required(key, `${path}[${index}]`), `${path}[${index}]`),
  ) as [string, string, string];
  const { Mappings, misshapen } = resolving.document;
  const value = Mappings[keys[0]]?.[keys[1]]?.[keys[2]];
  if (value !== undefined) return { value, path: `Mappings.${keys.join('.')}` };
  // With the transform AWS::LanguageExtensions.
  if (isRecord(options) && 'DefaultValue' in options) {
    return { value: options['DefaultValue'], path: `${path}[3].DefaultValue` };
  }
  throw misshapen?.get(`Mappings.${keys[0]}`) ?? misshapen?.get('Mappings') ?? noEntry(keys, path, resolving);
}

/** A name of something in another stack; as written in the template if a part of it is unknown. */
function nameElsewhere(argument: unknown, path: string, strict: Resolving): string {
  try {
    return asText(strict.required(argument, path), path);
  } catch (error) {
    const text = isRecord(argument) ? argument['Fn::Sub'] : undefined;
    if (!isProblem(error) || typeof text !== 'string') throw error;
    return text;
  }
}

/** An output of another stack. `place` has the account and the region that differ from those of this stack. */
function stackOutput(
  argument: unknown,
  path: string,
  strict: Resolving,
): { stack: string; output: string; place: string[] } {
  if (!isRecord(argument)) throw mistake(path, `takes StackName and OutputName, and has ${shown(argument)}`);
  for (const key of Object.keys(argument)) {
    if (!stackOutputKeys.includes(key)) {
      throw mistake(`${path}.${key}`, `is not one of ${stackOutputKeys.join(', ')}`);
    }
  }
  const text = (key: string): string => nameElsewhere(argument[key], `${path}.${key}`, strict);
  const optional = (key: string): string | undefined => (argument[key] === undefined ? undefined : text(key));
  const { account, region } = strict.place;
  const accountOfRole = optional('RoleArn')?.split(':')[4];
  const place = [
    accountOfRole !== undefined && /^\d{12}$/.test(accountOfRole) && accountOfRole !== account ? accountOfRole : '',
    [undefined, region].includes(optional('Region')) ? '' : text('Region'),
  ].filter((part) => part !== '');
  return { stack: text('StackName'), output: text('OutputName'), place };
}

function attributeOf(argument: unknown, path: string, resolving: Resolving): [string, string] {
  if (typeof argument === 'string') {
    const dot = argument.indexOf('.');
    if (dot < 1) throw mistake(path, `${JSON.stringify(argument)} should look like Resource.Attribute`);
    return [argument.slice(0, dot), argument.slice(dot + 1)];
  }
  const [logicalId, name] = args(argument, path, 2);
  return [nameOf(logicalId, `${path}[0]`, resolving), asText(resolving.required(name, `${path}[1]`), `${path}[1]`)];
}

/** A logical id. With the transform AWS::LanguageExtensions, a function may write it; it must be known. */
export function nameOf(value: unknown, path: string, { document, strict }: Resolving): string {
  if (document.extended !== true || intrinsicName(value) === undefined) return literal(value, path);
  return asText(strict.required(value, path), path);
}

/** CloudFormation accepts no function in these places. */
function literal(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw mistake(path, `must be a string, and is ${shown(value)}`);
}

function args(argument: unknown, path: string, count: number, most = count): unknown[] {
  const isList = Array.isArray(argument);
  if (isList && argument.length >= count && argument.length <= most) return argument as unknown[];
  throw mistake(path, `takes a list of ${count}, and has ${isList ? `one of ${argument.length}` : shown(argument)}`);
}

const names = ['Ref', ...Object.keys(intrinsics).filter((name) => name !== 'Ref'), 'Fn::ForEach', 'Fn::Transform'];

/** The error for a function that is not supported. If it is misspelt, CloudFormation does not have it either. */
export function noFunction(name: string, argument: unknown, at: string): pubsub_error {
  const path = `${at}.${name}`;
  const like = names.includes(name) ? name : closest(name, names);
  if (like === name || distance(name, like) > 2) {
    const key = answerKey(at);
    return problem(path, notHere(name, argument), undefined, key === undefined ? [] : [answerOption(key)]);
  }
  return mistake(path, `CloudFormation has no function ${name}`, `Did you mean ${like}?`);
}

function notHere(name: string, argument: unknown): string {
  if (name !== 'Fn::Transform') return `${name} is not supported by a rehearsal`;
  const macro = isRecord(argument) && typeof argument['Name'] === 'string' ? argument['Name'] : 'the transform';
  return `${macro} is not applied: what it adds is unknown`;
}
