/**
 * A line, broken at its spaces so that no part is longer than `width`, where that is possible: an address or a path
 * that is longer stays whole. Later parts are indented like the first one, and by `indent` more.
 */
export function wrapped(line: string, width: number, indent = 0): string[] {
  if (line.length <= width) return [line];
  const own = /^ */.exec(line)?.[0] ?? '';
  const further = ' '.repeat(own.length + indent);
  const parts: string[] = [];
  let part = own;
  for (const word of line.trim().split(/ +/)) {
    const isEmpty = part.trim() === '';
    if (!isEmpty && part.length + 1 + word.length > width) {
      parts.push(part);
      part = further + word;
    } else part = isEmpty ? part + word : `${part} ${word}`;
  }
  return [...parts, part];
}
