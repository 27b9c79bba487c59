import { InvalidArgumentError } from 'commander';
import { accountShape, answerShape, defaultPlace, regionShape } from '../local/rehearsal/index.js';

/** For commander: a whole number within a range. */
export function between(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It takes a whole number from ${least} to ${most}.`);
  };
}

/** For commander: words separated by commas. */
export function list(text: string): string[] {
  return text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
}

/** For commander: "key=value", as often as it is given. */
export function pair(text: string, before: Record<string, string> | undefined): Record<string, string> {
  const at = text.indexOf('=');
  if (at <= 0) throw new InvalidArgumentError('It takes key=value.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/** For commander: one of `--answer`'s, as often as it is given. */
export function answer(text: string, before: readonly string[] | undefined): string[] {
  if (answerShape.test(text)) return [...(before ?? []), text];
  throw new InvalidArgumentError('It takes KEY=VALUE, as aws:SourceVpc=vpc-0123; an empty value says: none.');
}

/** For commander: where AWS has things. */
export const awsRegion = shaped(regionShape, defaultPlace.region);
export const awsAccount = shaped(accountShape, defaultPlace.account);

function shaped(shape: RegExp, like: string): (text: string) => string {
  return (text) => {
    if (shape.test(text)) return text;
    throw new InvalidArgumentError(`It looks like ${like}.`);
  };
}
