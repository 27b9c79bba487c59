/**
 * True if the topic with one id was deleted, and the one with the other id has its name now: positions of the first
 * mean nothing in the second. Without an id, nothing is known: brokers may give none, or not know the topic at the
 * moment.
 */
export function isReplaced(before: string | undefined, now: string | undefined): boolean {
  return before !== undefined && now !== undefined && before !== now;
}
