import { shown } from '../../../src/base/shape-sentence.js';
import { mistake } from '../../problem.js';
import type { Resolving } from './resolving.js';
import { combined, known, type Truth } from './truth.js';
import { isRecord, type Resolved } from './values.js';

/** One condition: `{Condition: name}`, Fn::Equals, Fn::And, Fn::Or, Fn::Not. */
export function evaluateCondition(expression: unknown, path: string, resolving: Resolving): boolean {
  const [name, argument] = isRecord(expression) ? (Object.entries(expression)[0] ?? []) : [];
  const list = (least: number, most = least): unknown[] => {
    const isList = Array.isArray(argument) && argument.length >= least && argument.length <= most;
    if (isList) return argument as unknown[];
    throw mistake(
      `${path}.${String(name)}`,
      `takes a list of ${least}, and has ${Array.isArray(argument) ? `one of ${argument.length}` : shown(argument)}`,
    );
  };
  const part = (one: unknown, index: number): boolean =>
    evaluateCondition(one, `${path}.${String(name)}[${index}]`, resolving);
  const parts = (least: number, most: number): Truth[] =>
    list(least, most).map((one, index) => known(() => part(one, index)));
  switch (name) {
    case 'Condition':
      return resolving.condition(expression, path);
    case 'Fn::And':
      return decided(combined(parts(2, 10), false));
    case 'Fn::Or':
      return decided(combined(parts(2, 10), true));
    case 'Fn::Not':
      return !part(list(1)[0], 0);
    case 'Fn::Equals': {
      const [left, right] = list(2).map((side, index) => resolving.value(side, `${path}.Fn::Equals[${index}]`));
      return comparable(left) === comparable(right);
    }
    default:
      throw mistake(path, `is not a known condition function (${name ?? shown(expression)})`);
  }
}

/** @throws pubsub_error `template_refused` with all unknown values, if they decide */
function decided(truth: Truth): boolean {
  if (typeof truth === 'boolean') return truth;
  throw truth.unknown;
}

/** CloudFormation compares strings: `false` is "false", and 3 is "3". The comparison is case-sensitive. */
export function comparable(value: Resolved | undefined): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return JSON.stringify(value.map(comparable));
  return value === undefined ? '' : JSON.stringify(value);
}
