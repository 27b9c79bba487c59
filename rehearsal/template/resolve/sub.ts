import { shown } from '../../../src/base/shape-sentence.js';
import { eachOf, mistake } from '../../problem.js';
import type { Resolving } from './resolving.js';
import { asText, isRecord, type Resolved } from './values.js';

const variable = /\$\{(!?)([^{}]*)\}/g;

/**
 * `Fn::Sub`, with or without its own variables: `${Name}` is a variable, a parameter, or a resource's `Ref`;
 * `${Name.Attribute}` an attribute; `${!Name}` the text `${Name}`.
 */
export function substitute(argument: unknown, path: string, resolving: Resolving): string {
  const list = Array.isArray(argument) ? (argument as unknown[]) : [argument, {}];
  if (list.length !== 2) throw mistake(path, `takes a string, or a list of 2, and has one of ${list.length}`);
  const [text, variables] = list;
  if (typeof text !== 'string') throw mistake(path, `takes a string, and has ${shown(text)}`);
  if (!isRecord(variables)) throw mistake(`${path}[1]`, `takes an object of variables, and has ${shown(variables)}`);
  const values = eachOf(
    namesIn(text),
    (name) => [name, asText(one(name.trim(), variables, path, resolving), `${path} \${${name}}`)] as const,
  );
  const known = new Map(values);
  return text.replace(variable, (_, literally: string, name: string) =>
    literally === '!' ? `\${${name}}` : (known.get(name) ?? ''),
  );
}

/** The names of variables in a text, each once. */
export function namesIn(text: string): string[] {
  const all = Array.from(text.matchAll(variable), ([, literally, name = '']) => (literally === '!' ? [] : [name]));
  return [...new Set(all.flat())];
}

function one(name: string, variables: Record<string, unknown>, path: string, resolving: Resolving): Resolved {
  const where = `${path} \${${name}}`;
  if (Object.hasOwn(variables, name)) return resolving.required(variables[name], `${path}[1].${name}`);
  if (!/^[A-Za-z0-9_.:]+$/.test(name)) {
    throw mistake(
      where,
      'is not the name of a variable: a name contains only letters, digits, dots, colons and underscores',
    );
  }
  const dot = name.indexOf('.');
  if (dot > 0) return resolving.attribute(name.slice(0, dot), name.slice(dot + 1), where);
  const value = resolving.reference(name, where);
  if (value === undefined) throw mistake(where, 'has no value');
  return value;
}
