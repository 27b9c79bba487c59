import { closest, distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { eachOf, problem, Problems } from '../../problem.js';
import { misshapenAll } from '../../shape.js';
import { operatorNamed, operatorNames, type Operator } from './operators.js';

/** One test of a Condition: an operator, a key, and the values of the policy. */
export interface ConditionTest {
  /** Its place: "….Statement[0].Condition.StringEquals.aws:SourceVpc". */
  readonly path: string;
  /** Undefined for `Null`, which tests whether the request has the key. */
  readonly operator: Operator | undefined;
  readonly quantifier: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly ifExists: boolean;
  /** The key as written. */
  readonly key: string;
  readonly values: readonly string[];
}

const value = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const schema = z.record(z.string(), z.record(z.string(), z.union([value.transform((text) => [text]), z.array(value)])));

/**
 * @throws pubsub_error `template_refused` for a value that is not a condition, and for an operator that IAM does not
 * have
 */
export function readConditions(condition: unknown, path: string): ConditionTest[] {
  if (condition === undefined) return [];
  const { success, data, error } = schema.safeParse(condition);
  if (!success) {
    const problems = new Problems();
    for (const { path: within, sentence } of misshapenAll(error, condition)) {
      problems.add(problem([path, ...within].join('.'), sentence));
    }
    problems.throwIfAny();
    throw error;
  }
  return eachOf(Object.entries(data), ([name, keys]) => {
    const how = operatorOf(name, `${path}.${name}`);
    return Object.entries(keys).map(([key, values]) => ({ ...how, path: `${path}.${name}.${key}`, key, values }));
  }).flat();
}

function operatorOf(name: string, path: string): Pick<ConditionTest, 'operator' | 'quantifier' | 'ifExists'> {
  const [, set, base = '', suffix] = /^(?:(ForAllValues|ForAnyValue):)?(.+?)(IfExists)?$/i.exec(name) ?? [];
  const quantifier = set === undefined ? undefined : /all/i.test(set) ? 'ForAllValues' : 'ForAnyValue';
  const ifExists = suffix !== undefined;
  if (/^null$/i.test(base) && quantifier === undefined && !ifExists)
    return { operator: undefined, quantifier, ifExists };
  const operator = operatorNamed(base);
  if (operator !== undefined) return { operator, quantifier, ifExists };
  const like = closest(base, [...operatorNames]);
  const near = distance(base.toLowerCase(), like.toLowerCase()) <= Math.max(2, like.length / 3);
  throw problem(path, 'is not an IAM operator', near ? `Did you mean ${like}?` : undefined);
}
