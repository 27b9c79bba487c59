/**
 * Whether a text is one that IAM's pattern stands for: `*` for any number of characters, none included, `?` for one.
 * In linear memory and without a regular expression: patterns are input.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  let at = 0;
  let from = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    if (pattern[from] === '*') {
      star = from;
      from += 1;
      resume = at;
    } else if (from < pattern.length && (pattern[from] === '?' || pattern[from] === text[at])) {
      from += 1;
      at += 1;
    } else if (star >= 0) {
      // The last star takes one character more.
      from = star + 1;
      resume += 1;
      at = resume;
    } else {
      return false;
    }
  }
  while (pattern[from] === '*') from += 1;
  return from === pattern.length;
}

/** Actions are compared without regard to case, resources with. */
export function matchesAction(pattern: string, action: string): boolean {
  return matchesPattern(pattern.toLowerCase(), action.toLowerCase());
}

/** Whether there is any text that both patterns stand for. */
export function patternsMeet(one: string, other: string): boolean {
  // reach[j]: whether what was read of `one` and the first j characters of `other` can stand for the same text.
  let reach = [true, ...prefixes(other)];
  for (const character of one) {
    const next = [character === '*' && reach[0] === true];
    for (let at = 1; at <= other.length; at += 1) {
      const against = other[at - 1] ?? '';
      const wild = character === '*' || against === '*';
      const same = character === against || character === '?' || against === '?';
      next.push(wild ? reach[at] === true || next[at - 1] === true : same && reach[at - 1] === true);
    }
    reach = next;
  }
  return reach[other.length] === true;
}

/** Whether the first characters of a pattern can stand for nothing. */
function prefixes(pattern: string): boolean[] {
  return Array.from(pattern, (_, at) => /^\**$/.test(pattern.slice(0, at + 1)));
}
