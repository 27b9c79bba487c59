import { FAILSAFE_SCHEMA, load, Type, YAMLException } from 'js-yaml';

/** Functions with a tag of one word: `!Sub` means `Fn::Sub`; `!Ref` and `!Condition` have no prefix. */
const functions = [
  'And',
  'Base64',
  'Cidr',
  'Contains',
  'EachMemberEquals',
  'EachMemberIn',
  'Equals',
  'FindInMap',
  'GetAtt',
  'GetAZs',
  'If',
  'ImportValue',
  'Join',
  'Length',
  'Not',
  'Or',
  'RefAll',
  'Select',
  'Split',
  'Sub',
  'ToJsonString',
  'Transform',
  'ValueOf',
  'ValueOfAll',
];

const tags: readonly (readonly [string, string])[] = [
  ['!Ref', 'Ref'],
  ['!Condition', 'Condition'],
  ...functions.map((name) => [`!${name}`, `Fn::${name}`] as const),
];

const calls = tags.flatMap(([tag, key]) =>
  (['scalar', 'sequence', 'mapping'] as const).map(
    (kind) => new Type(tag, { kind, construct: (argument: unknown) => ({ [key]: argument ?? '' }) }),
  ),
);

/** YAML 1.1's booleans without the single letters: CloudFormation reads `yes` as `true` (seen in AWS). */
const truths = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const untruths = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;

const boolean = new Type('tag:yaml.org,2002:bool', {
  kind: 'scalar',
  resolve: (text: unknown) => typeof text === 'string' && (truths.test(text) || untruths.test(text)),
  construct: (text: string) => truths.test(text),
});

/** A number whose text can be derived from it. Others stay strings, such as "1.0", "0755" and account ids. */
const plainNumber = new Type('tag:yaml.org,2002:number', {
  kind: 'scalar',
  resolve: isPlainNumber,
  construct: Number,
});

function isPlainNumber(text: unknown): boolean {
  return typeof text === 'string' && /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text) && String(Number(text)) === text;
}

const nothing = new Type('tag:yaml.org,2002:null', {
  kind: 'scalar',
  resolve: (text: unknown) => text === null || (typeof text === 'string' && /^(?:~|null|Null|NULL)?$/.test(text)),
  construct: () => null,
});

const merge = new Type('tag:yaml.org,2002:merge', { kind: 'scalar', resolve: (text: unknown) => text === '<<' });

/** `!!int`, `!!float`: read as without a tag. CloudFormation does not accept other types of YAML, such as dates. */
const numberTags = ['int', 'float'].map(
  (name) =>
    new Type(`tag:yaml.org,2002:${name}`, {
      kind: 'scalar',
      construct: (text: string) => (isPlainNumber(text) ? Number(text) : text),
    }),
);

const schema = FAILSAFE_SCHEMA.extend({
  implicit: [nothing, boolean, plainNumber, merge],
  explicit: [...numberTags, ...calls],
});

/** The limit of nodes of a document with its aliases expanded; more are an attack or a mistake. */
const MOST_NODES = 1_000_000;

/** The value of a YAML text, and the remarks about it. */
export interface ParsedYaml {
  readonly value: unknown;
  readonly remarks: readonly string[];
}

/** @throws YamlError */
export function parseYaml(text: string): ParsedYaml {
  const { value, remarks } = withoutDuplicates(text);
  const isAliased = [...text.matchAll(/(?:^|[\s,[{:-])&([\w-]+)/gm)].some(([, name = '']) =>
    new RegExp(`(?:^|[\\s,[{:-])\\*${name}(?![\\w-])`, 'm').test(text),
  );
  return {
    value: unshared(value, { count: 0 }),
    remarks: isAliased
      ? [...remarks, 'has YAML aliases, which CloudFormation accepts only after a tool has replaced them (sam, aws)']
      : remarks,
  };
}

/** A text that is not valid YAML, or that CloudFormation does not accept. The message has line and column. */
export class YamlError extends Error {}

/** The last of two equal keys counts, as in most parsers. For two equal sections, AWS's behaviour is unknown. */
function withoutDuplicates(text: string): ParsedYaml {
  try {
    return { value: loaded(text, false), remarks: [] };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    if (error.reason !== 'duplicated mapping key') throw yamlError(error, sentenceOf(error.reason));
    if (error.mark.column === 0) throw yamlError(error, 'a key appears twice');
    return {
      value: reloaded(text),
      remarks: [`has the same key twice (line ${error.mark.line + 1}): the last one is used`],
    };
  }
}

function reloaded(text: string): unknown {
  try {
    return loaded(text, true);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw yamlError(error, sentenceOf(error.reason));
  }
}

/** The parser reports no place for a problem of the whole document. */
function yamlError(error: YAMLException, sentence: string): YamlError {
  const mark = error.mark as typeof error.mark | undefined;
  return new YamlError(
    mark === undefined ? sentence : `${sentence} (line ${mark.line + 1}, column ${mark.column + 1})`,
    { cause: error },
  );
}

function sentenceOf(reason: string): string {
  const tag = /^unknown (?:\w+ )?tag !<(.+)>$/.exec(reason)?.[1];
  if (tag === undefined) return reason;
  return `has the tag ${tag.replace('tag:yaml.org,2002:', '!!')}, which CloudFormation does not accept`;
}

function loaded(text: string, json: boolean): unknown {
  // Too little indentation of brackets and quotes is a warning: CloudFormation's parser accepts it too.
  return load(text, { schema, json, onWarning: () => undefined });
}

/** Copies shared nodes: an alias is the same object as its anchor, and a change of one would change the other. */
function unshared(value: unknown, nodes: { count: number }): unknown {
  nodes.count += 1;
  if (nodes.count > MOST_NODES) throw new YamlError(`expands to more than ${MOST_NODES} values`);
  if (Array.isArray(value)) return value.map((item) => unshared(item, nodes));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, part]): [string, unknown] => [key, unshared(part, nodes)]);
  return Object.fromEntries(entries);
}
