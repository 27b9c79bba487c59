/** Control characters, and those that change the direction of text or break a line. */
const controls = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Text of records, groups and brokers, for a terminal: control characters, which could change what it shows, are written
 * as in JSON (`\u001b`). JSON stays JSON with the same content.
 *
 * @param kept characters that are not changed: those of the layout of this program
 */
export function visible(text: string, kept = ''): string {
  return text.replace(controls, (char) =>
    kept.includes(char) ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
