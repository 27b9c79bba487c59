export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

/**
 * `KEY=VALUE`, as options take it. The value may be empty, and may contain further equals signs.
 *
 * @returns undefined if the text has no equals sign, or nothing before it
 */
export function keyValue(text: string): KeyValue | undefined {
  const at = text.indexOf('=');
  const key = text.slice(0, Math.max(0, at));
  return key.trim() === '' ? undefined : { key, value: text.slice(at + 1) };
}

/** The key as it is compared: condition keys (`aws:…`) are case-insensitive; names in a template are not. */
export function comparedKey(key: string): string {
  return key.includes(':') ? key.toLowerCase() : key;
}
