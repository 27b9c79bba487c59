import { parseDocument, visit, type CollectionTag, type ScalarTag, type YAMLMap, type YAMLSeq } from 'yaml';
import { refusal } from '../../refusal.js';

/** Tags of one-word functions: `!Sub` stands for `Fn::Sub`, `!Ref` and `!Condition` for themselves. */
const functions = [
  'And',
  'Base64',
  'Cidr',
  'Equals',
  'FindInMap',
  'GetAZs',
  'If',
  'ImportValue',
  'Join',
  'Length',
  'Not',
  'Or',
  'Select',
  'Split',
  'Sub',
  'ToJsonString',
  'Transform',
];

const named: readonly (readonly [string, string])[] = [
  ['!Ref', 'Ref'],
  ['!Condition', 'Condition'],
  ['!GetAtt', 'Fn::GetAtt'],
  ...functions.map((name) => [`!${name}`, `Fn::${name}`] as const),
];

const customTags = named.flatMap(([tag, key]): (ScalarTag | CollectionTag)[] => [
  { tag, resolve: (text: string) => ({ [key]: text }) },
  ...(['seq', 'map'] as const).map((collection) => ({
    tag,
    collection,
    resolve: (value: YAMLMap | YAMLSeq) => ({ [key]: value.toJSON() as unknown }),
  })),
]);

/**
 * A template's text: JSON, or YAML with CloudFormation's short forms (`!Sub`, `!GetAtt a.b`).
 *
 * @param source its name, for the error
 * @throws pubsub_error `template_refused` with line and column
 */
export function parseTemplate(text: string, source: string): unknown {
  // Dates stay texts: `Version: 2012-10-17` is one. Every JSON text is YAML too.
  const document = parseDocument(text, { customTags, schema: 'core', uniqueKeys: true });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw refusal(source, notJson(text) ?? problem.message.split('\n')[0] ?? 'cannot be read');
  visit(document, {
    Alias(_, { source: name }) {
      throw refusal(source, `uses the YAML alias *${name}, which CloudFormation does not take`);
    },
  });
  return document.toJS() as unknown;
}

/** What is wrong with a text that means to be JSON, in JSON's words; undefined for one that does not. */
function notJson(text: string): string | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return `is no JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}
