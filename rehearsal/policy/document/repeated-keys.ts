/** Strings, brackets, commas and colons of a JSON text; anything between them is a number or a literal. */
const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

interface Level {
  /** Undefined in a list. */
  readonly keys: Set<string> | undefined;
  /** The place that is being read: `.Statement`, `[0]`. */
  at: string;
  index: number;
}

/**
 * The keys that an object of a valid JSON text has more than once, each as a path: ".Statement[0].Effect".
 * `JSON.parse` uses the last of them.
 */
export function repeatedKeys(json: string): string[] {
  const levels: Level[] = [];
  const found = new Set<string>();
  let before = '';
  for (const [text] of json.matchAll(token)) {
    const level = levels.at(-1);
    if (text === '{' || text === '[') {
      levels.push({ keys: text === '{' ? new Set() : undefined, at: text === '{' ? '' : '[0]', index: 0 });
    } else if (text === '}' || text === ']') {
      levels.pop();
    } else if (text === ',' && level !== undefined && level.keys === undefined) {
      level.index += 1;
      level.at = `[${level.index}]`;
    } else if (text.startsWith('"') && level?.keys !== undefined && before !== ':') {
      const key = JSON.parse(text) as string;
      level.at = `.${key}`;
      if (level.keys.has(key)) found.add(levels.map(({ at }) => at).join(''));
      level.keys.add(key);
    }
    before = text;
  }
  return [...found];
}
