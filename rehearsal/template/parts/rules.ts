import { shown } from '../../../src/base/shape-sentence.js';
import type { pubsub_error } from '../../../src/base/error.js';
import { shellWord } from '../../answers.js';
import { isMistake, isProblem, mistake, problem, type Problems } from '../../problem.js';
import { comparable } from '../resolve/conditions.js';
import type { Resolving } from '../resolve/resolving.js';
import { combined, known, type Truth } from '../resolve/truth.js';
import { asList, asText, isRecord, type Resolved } from '../resolve/values.js';

/** Every CDK template has it; it is about the bucket of CDK’s assets, and its parameter is in AWS. */
const CDK_RULE = 'CheckBootstrapVersion';

/** What became of one assertion, or of a whole rule. */
interface Checked {
  readonly path: string;
  /** `violated`: CloudFormation refuses the stack. `unknown`: it depends on a value that is not known. */
  readonly outcome: 'violated' | 'unknown' | 'mistake';
  readonly refused: pubsub_error;
}

/**
 * Evaluates the rules of the template (CloudFormation user guide, "Rules syntax"): CloudFormation does not create a
 * stack that violates one. Those that depend on unknown values are remarked.
 */
export function checkRules(resolving: Resolving, problems: Problems): void {
  for (const { path, outcome, refused } of checkedRules(resolving)) {
    if (outcome === 'violated') problems.add(refused);
    if (outcome !== 'unknown' || path.startsWith(`Rules.${CDK_RULE}.`)) continue;
    resolving.remarks.notModelled(path, `is not checked, because ${refused.raw_message}`);
  }
}

/** Rules that CloudFormation does not accept, whatever the parameters are. */
export function ruleMistakes(resolving: Resolving): pubsub_error[] {
  return checkedRules(resolving).flatMap(({ outcome, refused }) => (outcome === 'mistake' ? refused : []));
}

function checkedRules(resolving: Resolving): Checked[] {
  return Object.entries(resolving.document.Rules).flatMap(([name, rule]): Checked[] => {
    const path = `Rules.${name}`;
    try {
      return checkedRule(rule, path, resolving);
    } catch (error) {
      return [failed(error, path)];
    }
  });
}

function failed(error: unknown, path: string): Checked {
  if (!isProblem(error)) throw error;
  return { path, outcome: isMistake(error) ? 'mistake' : 'unknown', refused: error };
}

function checkedRule(rule: unknown, path: string, resolving: Resolving): Checked[] {
  if (!isRecord(rule)) throw mistake(path, `must be an object, and is ${shown(rule)}`);
  const { RuleCondition: condition, Assertions: assertions } = rule;
  const applies = condition === undefined ? true : evaluateRule(condition, `${path}.RuleCondition`, resolving);
  if (!Array.isArray(assertions)) {
    const is = assertions === undefined ? 'is missing' : `must be a list, and is ${shown(assertions)}`;
    throw mistake(`${path}.Assertions`, is);
  }
  if (applies === false) return [];
  return (assertions as unknown[]).flatMap((assertion, index): Checked[] => {
    const at = `${path}.Assertions[${index}]`;
    try {
      if (!isRecord(assertion)) throw mistake(at, `must be an object, and is ${shown(assertion)}`);
      const { Assert: expression, AssertDescription: description } = assertion;
      const holds = evaluateRule(expression, `${at}.Assert`, resolving);
      if (holds === true) return [];
      const unknown = [holds, applies].find((one) => typeof one === 'object');
      if (unknown !== undefined) return [{ path: at, outcome: 'unknown', refused: unknown.unknown }];
      return [
        { path: at, outcome: 'violated', refused: violated(at, description, [condition, expression], resolving) },
      ];
    } catch (error) {
      return [failed(error, at)];
    }
  });
}

function violated(path: string, description: unknown, used: readonly unknown[], { document }: Resolving): pubsub_error {
  const why = typeof description === 'string' && description !== '' ? `: ${description}` : '';
  const asks = Object.keys(document.Parameters)
    .filter((name) => used.some((part) => refersTo(part, name)))
    .map((name) => `--parameter ${shellWord(`${name}=…`)}`);
  return problem(path, `does not hold, and CloudFormation would not create the stack${why}`, undefined, asks);
}

function refersTo(value: unknown, name: string): boolean {
  if (Array.isArray(value)) return value.some((item) => refersTo(item, name));
  return isRecord(value) && (value['Ref'] === name || Object.values(value).some((part) => refersTo(part, name)));
}

/** One function of a rule ("Rule functions" in the template reference). */
function evaluateRule(expression: unknown, path: string, resolving: Resolving): Truth {
  const [name = '', argument] = isRecord(expression) ? (Object.entries(expression)[0] ?? []) : [];
  const at = `${path}.${name}`;
  const list = (least: number, most = least): unknown[] => {
    if (Array.isArray(argument) && argument.length >= least && argument.length <= most) return argument as unknown[];
    const has = Array.isArray(argument) ? `one of ${argument.length}` : shown(argument);
    throw mistake(at, `takes a list of ${least}, and has ${has}`);
  };
  const parts = (least: number, most?: number): Truth[] =>
    list(least, most).map((part, index) => evaluateRule(part, `${at}[${index}]`, resolving));
  const value = (part: unknown, index: number): Resolved => ruleValue(part, `${at}[${index}]`, resolving);
  const texts = (part: unknown, index: number): string[] =>
    asList(value(part, index), `${at}[${index}]`).map(comparable);
  switch (name) {
    case 'Fn::And':
      return combined(parts(2, 10), false);
    case 'Fn::Or':
      return combined(parts(2, 10), true);
    case 'Fn::Not': {
      const [only = false] = parts(1);
      return typeof only === 'boolean' ? !only : only;
    }
    case 'Fn::Equals': {
      const [left, right] = list(2);
      return known(() => comparable(value(left, 0)) === comparable(value(right, 1)));
    }
    case 'Fn::Contains': {
      const [among, one] = list(2);
      return known(() => texts(among, 0).includes(asText(value(one, 1), `${at}[1]`)));
    }
    case 'Fn::EachMemberEquals': {
      const [all, one] = list(2);
      return known(() => texts(all, 0).every((member) => member === asText(value(one, 1), `${at}[1]`)));
    }
    case 'Fn::EachMemberIn': {
      const [all, among] = list(2);
      return known(() => texts(all, 0).every((member) => texts(among, 1).includes(member)));
    }
    default:
      throw mistake(path, `is not a known function of rules (${name === '' ? shown(expression ?? null) : name})`);
  }
}

/** A value in a rule: also all values of the parameters of a type, and attributes that only AWS knows. */
function ruleValue(value: unknown, path: string, resolving: Resolving): Resolved {
  const [name, argument] = isRecord(value) ? (Object.entries(value)[0] ?? []) : [];
  if (name === 'Fn::RefAll') {
    const ofType = Object.entries(resolving.document.Parameters).filter(([, { Type }]) => Type === argument);
    return ofType.map(([parameter]) => resolving.reference(parameter, path) ?? '');
  }
  if (name === 'Fn::ValueOf' || name === 'Fn::ValueOfAll') {
    throw problem(`${path}.${name}`, 'it is an attribute of something that only AWS knows');
  }
  if (Array.isArray(value)) return value.map((item, index) => ruleValue(item, `${path}[${index}]`, resolving));
  return resolving.required(value, path);
}
