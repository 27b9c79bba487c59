/** Any number of characters, including none: `*`. */
const many = Symbol('*');
/** One character: `?`. */
const one = Symbol('?');

/** IAM's pattern, character by character. An asterisk that is not a wildcard is a string, not `many`. */
export type Pattern = readonly (string | typeof many | typeof one)[];

export const wildcards = { many, one } as const;

/** Parsed patterns. The strings of a policy are compared with every name and action, so each is parsed once. */
const read = new Map<string, Pattern>();
const MOST_READ = 20_000;

/** The pattern of a string in which `*` and `?` are wildcards. */
export function patternOf(text: string): Pattern {
  const known = read.get(text);
  if (known !== undefined) return known;
  const pattern = takenApart(text);
  if (read.size >= MOST_READ) read.clear();
  read.set(text, pattern);
  return pattern;
}

function takenApart(text: string): Pattern {
  return Array.from({ length: text.length }, (_, at) => {
    const character = text[at] ?? '';
    return character === '*' ? many : character === '?' ? one : character;
  });
}

/** The pattern of a string without wildcards. */
export function literally(text: string): readonly string[] {
  return text.split('');
}

export function isLiteral(pattern: Pattern): pattern is readonly string[] {
  return pattern.every((part) => typeof part === 'string');
}

const partsOf = (pattern: string | Pattern): Pattern => (typeof pattern === 'string' ? patternOf(pattern) : pattern);

/**
 * Whether a string matches IAM's pattern: `*` matches any number of characters, including none, and `?` matches one.
 * Uses linear memory and no regular expression, because patterns are untrusted input.
 */
export function matchesPattern(given: string | Pattern, text: string): boolean {
  const pattern = partsOf(given);
  let at = 0;
  let from = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    if (pattern[from] === many) {
      star = from;
      from += 1;
      resume = at;
    } else if (from < pattern.length && (pattern[from] === one || pattern[from] === text[at])) {
      from += 1;
      at += 1;
    } else if (star >= 0) {
      // The last star matches one more character.
      from = star + 1;
      resume += 1;
      at = resume;
    } else {
      return false;
    }
  }
  while (pattern[from] === many) from += 1;
  return from === pattern.length;
}

/** Actions are case-insensitive, resources are case-sensitive. */
export function matchesAction(pattern: string, action: string): boolean {
  return matchesPattern(pattern.toLowerCase(), action.toLowerCase());
}

/** Whether some string matches both patterns. */
export function patternsMeet(left: string | Pattern, right: string | Pattern): boolean {
  const [rows, columns] = [partsOf(left), partsOf(right)];
  // reach[j]: whether some string matches both the part of `rows` that was read and the first j of `columns`.
  let reach = [true, ...columns.map((_, at) => columns.slice(0, at + 1).every((part) => part === many))];
  for (const part of rows) {
    const next = [part === many && reach[0] === true];
    for (let at = 1; at <= columns.length; at += 1) {
      const against = columns[at - 1];
      const wild = part === many || against === many;
      const same = part === against || part === one || against === one;
      next.push(wild ? reach[at] === true || next[at - 1] === true : same && reach[at - 1] === true);
    }
    reach = next;
  }
  return reach[columns.length] === true;
}

/**
 * The rest of a pattern after a string that it begins with: patterns that together match every ending `e` for which the
 * pattern matches `text + e`. Several, because a star may end at several places of the text.
 */
export function remainders(given: string | Pattern, text: string): Pattern[] {
  const pattern = partsOf(given);
  let here = closure(pattern, new Set([0]));
  for (const character of literally(text)) {
    const next = new Set<number>();
    for (const at of here) {
      const part = pattern[at];
      if (part === many) next.add(at);
      else if (part === one || part === character) next.add(at + 1);
    }
    here = closure(pattern, next);
  }
  // The pattern after a star at which the text may end is the same as the star, then empty, matches.
  const starts = [...here].filter((at) => !(at > 0 && pattern[at - 1] === many && here.has(at - 1)));
  return starts.map((at) => withoutRepeatedStars(pattern.slice(at)));
}

/** Adds the places that are reached if stars match nothing. */
function closure(pattern: Pattern, places: Set<number>): Set<number> {
  for (const at of places) if (pattern[at] === many) places.add(at + 1);
  return places;
}

function withoutRepeatedStars(pattern: Pattern): Pattern {
  return pattern.filter((part, at) => !(part === many && pattern[at - 1] === many));
}
