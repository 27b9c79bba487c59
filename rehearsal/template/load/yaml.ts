import { FAILSAFE_SCHEMA, load, Type, YAMLException } from 'js-yaml';
import { isRepeated, MarkedKeys, type RepeatedKey } from './marked-keys.js';

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
  'GetStackOutput',
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
  /** Keys that appear twice in one object. The last of them counts, as in CloudFormation (seen in AWS). */
  readonly repeated: readonly RepeatedKey[];
}

/** @throws YamlError */
export function parseYaml(text: string): ParsedYaml {
  const keys = new MarkedKeys();
  const value = unshared(keys.parse(text, loaded), '', { keys, count: 0 });
  const isAliased = [...text.matchAll(/(?:^|[\s,[{:-])&([\w-]+)/gm)].some(([, name = '']) =>
    new RegExp(`(?:^|[\\s,[{:-])\\*${name}(?![\\w-])`, 'm').test(text),
  );
  return {
    value,
    remarks: isAliased
      ? ['has YAML aliases, which CloudFormation accepts only after a tool has replaced them (sam, aws)']
      : [],
    repeated: keys.repeated,
  };
}

/** A text that is not valid YAML, or that CloudFormation does not accept. The message has line and column. */
export class YamlError extends Error {}

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

/** @param json whether the last of equal keys counts; otherwise they are an exception */
function loaded(text: string, json: boolean): unknown {
  try {
    // Too little indentation of brackets and quotes is a warning: CloudFormation's parser accepts it too.
    return load(text, { schema, json, onWarning: () => undefined });
  } catch (error) {
    if (isRepeated(error) || !(error instanceof YAMLException)) throw error;
    throw yamlError(error, sentenceOf(error.reason));
  }
}

interface Copying {
  readonly keys: MarkedKeys;
  count: number;
}

/** Copies shared nodes: an alias is the same object as its anchor, and a change of one would change the other. */
function unshared(value: unknown, path: string, copying: Copying): unknown {
  copying.count += 1;
  if (copying.count > MOST_NODES) throw new YamlError(`expands to more than ${MOST_NODES} values`);
  if (Array.isArray(value)) return value.map((item, at) => unshared(item, `${path}[${at}]`, copying));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([written, part]): [string, unknown] => {
    const key = copying.keys.keyOf(written, path);
    return [key, unshared(part, path === '' ? key : `${path}.${key}`, copying)];
  });
  return Object.fromEntries(entries);
}
