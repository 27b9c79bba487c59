import { BlockList, isIP } from 'node:net';
import { isLiteral, literally, matchesPattern, type Pattern } from '../wildcard.js';

/** Compares one value of a request with one value of a policy. */
export interface Operator {
  readonly name: string;
  /** Whether the operator holds if nothing matches: `StringNotEquals`. */
  readonly negated: boolean;
  /** Whether `${…}` in the policy's value is a variable. */
  readonly variables: boolean;
  /** Whether `*` and `?` in the policy's value are wildcards. */
  readonly wild: boolean;
  readonly matches: (actual: string, wanted: Pattern) => boolean;
  /** The form of its values; a value of another form matches nothing. @default any string */
  readonly takes?: ValueKind | undefined;
}

/** The form of a value that can match. */
export interface ValueKind {
  /** "a date", with examples */
  readonly noun: string;
  readonly is: (text: string) => boolean;
}

type Compare = (actual: string, wanted: string) => boolean;

/** For operators whose values have no wildcards. */
function plain(compare: Compare): Operator['matches'] {
  return (actual, wanted) => isLiteral(wanted) && compare(actual, wanted.join(''));
}

/** For operators that order values; a value that is not a number or not a date matches nothing. */
function ordered(read: (text: string) => number | undefined, holds: (one: number, other: number) => boolean): Compare {
  return (actual, wanted) => {
    const [left, right] = [read(actual), read(wanted)];
    return left !== undefined && right !== undefined && holds(left, right);
  };
}

const orders = {
  Equals: (one: number, other: number) => one === other,
  LessThan: (one: number, other: number) => one < other,
  LessThanEquals: (one: number, other: number) => one <= other,
  GreaterThan: (one: number, other: number) => one > other,
  GreaterThanEquals: (one: number, other: number) => one >= other,
} as const;

const same: Compare = (actual, wanted) => actual === wanted;
const sameIgnoringCase: Compare = (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase();
const sameBytes: Compare = (actual, wanted) =>
  actual === wanted || Buffer.from(wanted, 'base64').equals(Buffer.from(actual, 'utf8'));

const variables = true;
const wild = true;

function operator(name: string, matches: Operator['matches'], more: Partial<Operator> = {}): Operator {
  return { name, negated: false, variables: false, wild: false, matches, ...more };
}

/** An operator and its negation. */
function both(name: string, negation: string, matches: Operator['matches'], more: Partial<Operator> = {}): Operator[] {
  return [operator(name, matches, more), operator(negation, matches, { ...more, negated: true })];
}

const aNumber: ValueKind = { noun: 'a number', is: (text) => numberOf(text) !== undefined };
const aDate: ValueKind = {
  noun: 'a date (2026-01-31T12:00:00Z, or seconds since 1970)',
  is: (text) => dateOf(text) !== undefined,
};
const anAddress: ValueKind = { noun: 'an address or a range of addresses (10.0.0.0/8)', is: isRange };
const anArn: ValueKind = { noun: 'an ARN of six parts', is: (text) => text === '*' || text.split(':').length >= 6 };
export const aBoolean: ValueKind = { noun: 'true or false', is: (text) => /^(?:true|false)$/i.test(text) };

/**
 * Every operator of a Condition (IAM user guide, "IAM JSON policy elements: Condition operators"), except `Null`,
 * which compares nothing.
 */
const all: readonly Operator[] = [
  ...both('StringEquals', 'StringNotEquals', plain(same), { variables }),
  ...both('StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', plain(sameIgnoringCase), { variables }),
  ...both('StringLike', 'StringNotLike', (actual, wanted) => matchesPattern(wanted, actual), { variables, wild }),
  ...both('ArnLike', 'ArnNotLike', sameArn, { variables, wild, takes: anArn }),
  ...both('ArnEquals', 'ArnNotEquals', sameArn, { variables, wild, takes: anArn }),
  ...both('NumericEquals', 'NumericNotEquals', plain(ordered(numberOf, orders.Equals)), { takes: aNumber }),
  ...both('DateEquals', 'DateNotEquals', plain(ordered(dateOf, orders.Equals)), { takes: aDate }),
  ...(['LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'] as const).flatMap((order) => [
    operator(`Numeric${order}`, plain(ordered(numberOf, orders[order])), { takes: aNumber }),
    operator(`Date${order}`, plain(ordered(dateOf, orders[order])), { takes: aDate }),
  ]),
  operator('Bool', plain(sameIgnoringCase), { variables, takes: aBoolean }),
  operator('BinaryEquals', plain(sameBytes)),
  ...both('IpAddress', 'NotIpAddress', plain(isInRange), { takes: anAddress }),
];

const byName = new Map(all.map((one) => [one.name.toLowerCase(), one]));

export const operatorNames: readonly string[] = [...all.map(({ name }) => name), 'Null'];

/** @param name without `IfExists` and without a set qualifier, case-insensitive */
export function operatorNamed(name: string): Operator | undefined {
  return byName.get(name.toLowerCase());
}

function numberOf(text: string): number | undefined {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}

/** @returns milliseconds since 1970, from an ISO 8601 date in the W3C profile or from seconds since 1970 */
export function dateOf(text: string): number | undefined {
  // Four digits are a year.
  if (/^\d{5,}(\.\d+)?$/.test(text)) return Number(text) * 1_000;
  if (!/^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/.test(text)) return undefined;
  // JavaScript reads February 30 as a day in March.
  const day = Date.parse(text.slice(0, 10));
  if (text.length >= 10 && (Number.isNaN(day) || !new Date(day).toISOString().startsWith(text.slice(0, 10))))
    return undefined;
  // Without a zone, JavaScript would use the zone of this machine.
  const at = Date.parse(/T.*(Z|[+-]\d\d:\d\d)$/.test(text) || !text.includes('T') ? text : `${text}Z`);
  return Number.isNaN(at) ? undefined : at;
}

/** Compares each of the six parts of an ARN separately: a star does not match a colon. */
function sameArn(actual: string, wanted: Pattern): boolean {
  if (wanted.length === 1 && !isLiteral(wanted)) return true;
  const parts = splitArn(wanted);
  const values = splitArn(literally(actual));
  return (
    parts.length === 6 &&
    values.length === 6 &&
    parts.every((part, at) => matchesPattern(part, (values[at] ?? []).join('')))
  );
}

/** Splits at the first five colons. */
function splitArn(pattern: Pattern): Pattern[] {
  const parts: Pattern[number][][] = [[]];
  for (const character of pattern) {
    if (character === ':' && parts.length < 6) parts.push([]);
    else parts.at(-1)?.push(character);
  }
  return parts;
}

function isInRange(actual: string, wanted: string): boolean {
  const range = rangeOf(wanted);
  return range !== undefined && isIP(actual) !== 0 && range.check(actual, isIP(actual) === 4 ? 'ipv4' : 'ipv6');
}

function isRange(text: string): boolean {
  return rangeOf(text) !== undefined;
}

/** "10.0.0.0/8", "10.1.2.3"; undefined for other strings. */
function rangeOf(text: string): BlockList | undefined {
  const [address = '', prefix, ...more] = text.split('/');
  const family = isIP(address);
  const most = family === 4 ? 32 : 128;
  const bits = prefix === undefined ? most : /^\d+$/.test(prefix) ? Number(prefix) : NaN;
  if (family === 0 || more.length > 0 || !(bits <= most)) return undefined;
  const range = new BlockList();
  range.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6');
  return range;
}
