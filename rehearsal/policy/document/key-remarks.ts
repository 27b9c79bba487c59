import { actionsMatching, kafkaActions } from '../actions.js';
import { isAbsentKey, isKeyOfOtherService } from '../conditions/context.js';
import { unknownKey } from '../conditions/unknown-key.js';
import { hasOpenVariable, variablesIn, type Variable } from '../conditions/variables.js';
import type { Remark } from './remark.js';
import type { PolicyStatement } from './statement.js';

/** A text of a statement in which `${…}` may be a variable. */
interface Place {
  readonly path: string;
  readonly text: string;
  /** What follows if the text has no value. */
  readonly without: string;
}

/** Remarks about keys that requests do not have, and about variables that have no value. */
export function keyRemarks(statement: PolicyStatement): Remark[] {
  const { conditions = [], variables = true } = statement;
  const ofTests = conditions.flatMap(({ key, path }): Remark[] => {
    const sentence = isKeyOfOtherService(key)
      ? `${key} ${NEVER_SET}`
      : (tagless(key, statement) ?? withSubject(key, unknownKey(key)));
    return sentence === undefined ? [] : [{ path, sentence }];
  });
  return [...ofTests, ...placesIn(statement).flatMap((place) => (variables ? ofVariables(place) : asText(place)))];
}

/** Topics look as if they had the tags of their cluster. */
function tagless(key: string, { actions, notActions }: PolicyStatement): string | undefined {
  const isOfNames =
    notActions !== undefined || actions.flatMap(actionsMatching).some((one) => kafkaActions[one].kind !== 'cluster');
  return isOfNames && /^aws:ResourceTag\//i.test(key)
    ? `${key} is never set for topics, groups and transactional ids: they have no tags, not even those of their cluster`
    : undefined;
}

const NEVER_SET = 'is never set in requests to a cluster';

function withSubject(subject: string, sentence: string | undefined): string | undefined {
  return sentence === undefined ? undefined : `${subject} ${sentence}`;
}

function placesIn({ path, resources, notResources, conditions = [] }: PolicyStatement): Place[] {
  const element = notResources === undefined ? 'Resource' : 'NotResource';
  const without = notResources === undefined ? 'the resource matches nothing' : 'the statement never applies';
  const ofResources = (notResources ?? resources).map((text) => ({ path: `${path}.${element}`, text, without }));
  const ofConditions = conditions.flatMap(({ operator, values, path: at }) =>
    operator?.variables === true
      ? values.map((text) => ({
          path: at,
          text,
          without: operator.negated ? 'the condition never holds' : 'nothing matches the value',
        }))
      : [],
  );
  return [...ofResources, ...ofConditions].filter(({ text }) => text.includes('${'));
}

function ofVariables({ path, text, without }: Place): Remark[] {
  const open = hasOpenVariable(text)
    ? [`the variable in ${text} is not closed: } is missing, so the text itself is compared`]
    : [];
  const others = variablesIn(text).flatMap((one) => sentenceOf(one, without) ?? []);
  return [...others, ...open].map((sentence) => ({ path, sentence }));
}

function sentenceOf({ text, key, otherwise, wrong }: Variable, without: string): string | undefined {
  if (wrong !== undefined) return `the variable ${text} ${wrong}: it has no value, so ${without}`;
  if (key === undefined) return undefined;
  if (!isKeyOfOtherService(key) && !isAbsentKey(key)) return withSubject(key, unknownKey(key));
  const then = otherwise === undefined ? `so ${without}` : `so the default ${JSON.stringify(otherwise)} is always used`;
  return `${key} ${NEVER_SET}, ${then}`;
}

function asText({ path, text }: Place): Remark[] {
  const sentence = `${text} has no variable: policies have variables only with Version 2012-10-17`;
  return [{ path, sentence }];
}
