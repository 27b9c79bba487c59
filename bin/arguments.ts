import { InvalidArgumentError } from 'commander';
// Not from the index of the folder, which loads a Kafka client.
import { keyValue, type KeyValue } from '../rehearsal/key-value.js';
import { accountShape, regionShape } from '../rehearsal/policy/cluster/place-shape.js';
import { defaultPlace } from '../rehearsal/policy/cluster/fill.js';
import { isBrokerAddress, isTopicName } from '../src/pubsub/config/settings.js';

/** For commander: a whole number within a range. */
export function between(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** For commander: words separated by commas. */
export function list(text: string): string[] {
  return text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
}

/** For commander: addresses of brokers, separated by commas. */
export function brokerList(text: string): string[] {
  const brokers = list(text);
  if (brokers.length > 0 && brokers.every(isBrokerAddress)) return brokers;
  throw new InvalidArgumentError(
    'Each address must be host:port (for IPv6: [address]:port), with commas between them.',
  );
}

/** For commander: a name that Kafka accepts for a topic. */
export function topicName(text: string): string {
  if (isTopicName(text)) return text;
  throw new InvalidArgumentError('A topic name has 1 to 249 letters, digits, ".", "_" and "-".');
}

/** For commander: names of topics, separated by commas. */
export function topicList(text: string): string[] {
  return list(text).map(topicName);
}

/** For commander: "key=value", may be repeated. */
export function pair(text: string, before: Record<string, string> | undefined): Record<string, string> {
  const { key, value } = pairIn(text, 'It must be key=value.');
  refusePlaceholder(text);
  return { ...before, [key]: value };
}

/** For commander: "name=value", may be repeated, also with the same name. */
export function namedValue(text: string, before: readonly KeyValue[] | undefined): readonly KeyValue[] {
  return [...(before ?? []), pairIn(text, 'It must be name=value.')];
}

/** For commander: an option that may be repeated, with one or more values each time. */
export function several(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), ...list(text)];
}

/** For commander: a value of `--answer`, which may be repeated. */
export function answer(text: string, before: readonly string[] | undefined): string[] {
  pairIn(
    text,
    'It must be KEY=VALUE, such as aws:SourceVpc=vpc-0123; KEY= is an empty value, which means that the key is not set.',
  );
  refusePlaceholder(text);
  return [...(before ?? []), text];
}

function pairIn(text: string, otherwise: string): KeyValue {
  const found = keyValue(text);
  if (found === undefined) throw new InvalidArgumentError(otherwise);
  return found;
}

/** A refusal prints options with "…" in place of the value that the user must give. */
function refusePlaceholder(text: string): void {
  if (text.includes('…')) throw new InvalidArgumentError('Replace “…” with a value.');
}

/** For commander: region and account. */
export const awsRegion = shaped(regionShape, defaultPlace.region);
export const awsAccount = shaped(accountShape, defaultPlace.account);

function shaped(shape: RegExp, like: string): (text: string) => string {
  return (text) => {
    if (shape.test(text)) return text;
    throw new InvalidArgumentError(`It must look like ${like}.`);
  };
}
