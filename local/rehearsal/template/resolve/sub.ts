import { refusal } from '../../refusal.js';
import type { Resolving } from './resolving.js';
import { asText, isRecord, kindOf, type Resolved } from './values.js';

/**
 * `Fn::Sub`, with or without variables of its own: `${Name}` is a variable, a parameter, a resource's `Ref`;
 * `${Name.Attribute}` its attribute; `${!Name}` the text `${Name}`.
 */
export function substitute(argument: unknown, path: string, resolving: Resolving): string {
  const [text, variables] = Array.isArray(argument) ? (argument as unknown[]) : [argument, {}];
  if (typeof text !== 'string') throw refusal(path, `takes a text, and has ${kindOf(text)}`);
  if (!isRecord(variables)) throw refusal(`${path}[1]`, `takes an object of variables, and has ${kindOf(variables)}`);
  return text.replace(/\$\{(!?)([^{}]*)\}/g, (_, literally: string, name: string) =>
    literally === '!' ? `\${${name}}` : asText(one(name.trim(), variables, path, resolving), `${path} \${${name}}`),
  );
}

function one(name: string, variables: Record<string, unknown>, path: string, resolving: Resolving): Resolved {
  const where = `${path} \${${name}}`;
  if (Object.hasOwn(variables, name)) return resolving.required(variables[name], `${path}[1].${name}`);
  const dot = name.indexOf('.');
  if (dot > 0) return resolving.attribute(name.slice(0, dot), name.slice(dot + 1), where);
  const value = resolving.reference(name, where);
  if (value === undefined) throw refusal(where, 'stands for nothing');
  return value;
}
