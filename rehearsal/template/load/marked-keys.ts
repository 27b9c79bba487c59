import { YAMLException } from 'js-yaml';

/** A key that appears more than once in one object of a text. */
export interface RepeatedKey {
  /** "Resources.Worker.Properties.Role"; empty if the places are not known. */
  readonly path: string;
  /** The lines of its second and later places, from 1. */
  readonly lines: readonly number[];
}

/** On both sides of a number in front of a key. A private character, which templates do not contain. */
const MARK = '\uE000';
const marked = new RegExp(`^${MARK}(\\d+)${MARK}`);
/** Each costs parsing the text again. */
const MOST_MARKED = 20;

/** A text in which equal keys of one object have different names. */
export class MarkedKeys {
  /** The line of each mark. */
  readonly #lines: number[] = [];
  readonly #found = new Map<string, number[]>();
  #others: number | undefined;

  /**
   * Parses a text. If a key is repeated, the later ones get a mark in front of their names, so that all of them are in
   * the value. `keyOf` removes the marks.
   *
   * @param parse throws an exception of js-yaml; `last`: the last of equal keys counts instead
   */
  parse(text: string, parse: (text: string, last: boolean) => unknown): unknown {
    let now = text;
    for (;;) {
      try {
        return parse(now, false);
      } catch (error) {
        if (isRepeated(error) && this.#lines.length < MOST_MARKED) {
          this.#lines.push(error.mark.line + 1);
          now = withMark(now, error.mark.position, this.#lines.length - 1);
        } else if (this.#lines.length === 0) throw error;
        else {
          // Too many of them, a key that cannot have a mark, or another error: it is reported with its place in the
          // text itself.
          this.#others = this.#lines.at(0);
          this.#lines.length = 0;
          return parse(text, true);
        }
      }
    }
  }

  /**
   * The key without its mark.
   *
   * @param path of the object that has it
   */
  keyOf(key: string, path: string): string {
    const [mark, number] = marked.exec(key) ?? [];
    if (mark === undefined) return key;
    const name = key.slice(mark.length);
    const at = path === '' ? name : `${path}.${name}`;
    const line = this.#lines[Number(number)];
    const lines = this.#found.get(at) ?? [];
    if (line !== undefined && !lines.includes(line)) this.#found.set(at, [...lines, line]);
    return name;
  }

  /** The repeated keys whose marks were removed. */
  get repeated(): RepeatedKey[] {
    const known = [...this.#found].map(([path, lines]) => ({ path, lines }));
    return this.#others === undefined ? known : [...known, { path: '', lines: [this.#others] }];
  }
}

/** Whether a parser's error is about a repeated key. */
export function isRepeated(error: unknown): error is YAMLException & { readonly reason: 'duplicated mapping key' } {
  return error instanceof YAMLException && error.reason === 'duplicated mapping key';
}

function withMark(text: string, position: number, number: number): string {
  const at = position + (/^\s*["']?/.exec(text.slice(position, position + 200))?.[0].length ?? 0);
  return `${text.slice(0, at)}${MARK}${number}${MARK}${text.slice(at)}`;
}
