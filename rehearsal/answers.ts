import { pubsub_error } from '../src/base/error.js';
import { comparedKey, keyValue } from './key-value.js';

/**
 * The answers of a person to what neither the template nor the policies determine: `aws:SourceVpc=vpc-0123` for a
 * condition key, `LogicalId.Property=VALUE` for a property of a template.
 *
 * Several answers to one key are several values of it. An empty value means that there is none: the key is not in the
 * request, the property is not set.
 */
export class Answers {
  readonly #values = new Map<string, { readonly key: string; readonly values: string[] }>();
  readonly #asked = new Set<string>();

  /**
   * @param given each `KEY=VALUE`
   * @throws pubsub_error `argument_invalid` for a string without a key, and for a key that has both a value and an
   * empty value
   */
  constructor(given: readonly string[] = []) {
    for (const text of given) {
      const pair = keyValue(text);
      if (pair === undefined) throw invalid(`the answer ${JSON.stringify(text)} is not KEY=VALUE`);
      const key = pair.key.trim();
      const entry = this.#values.get(comparedKey(key)) ?? { key, values: [] };
      this.#values.set(comparedKey(key), entry);
      entry.values.push(pair.value);
    }
    for (const { key, values } of this.#values.values()) {
      if (values.length > 1 && values.includes('')) throw invalid(`the answers give ${key} both a value and no value`);
    }
  }

  /** @returns the values; an empty list if the answer is an empty value; undefined without an answer */
  of(key: string): readonly string[] | undefined {
    this.#asked.add(comparedKey(key));
    return this.#values.get(comparedKey(key))?.values.filter((value) => value !== '');
  }

  /** The same answers, for a reader whose questions do not count as used answers. */
  copy(): Answers {
    return new Answers(
      [...this.#values.values()].flatMap(({ key, values }) => values.map((value) => `${key}=${value}`)),
    );
  }

  /** Answers whose keys nothing asked for, as they were written. */
  unused(): string[] {
    return [...this.#values].flatMap(([normalKey, { key }]) => (this.#asked.has(normalKey) ? [] : key));
  }
}

/**
 * The option that would answer, ready to paste into a shell.
 * @param like an example of a value
 */
export function answerOption(key: string, like = '…'): string {
  return `--answer ${shellWord(`${key}=${like}`)}`;
}

/** One word for a shell, quoted if necessary. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function invalid(sentence: string): pubsub_error {
  return new pubsub_error('argument_invalid', 'rehearsal', sentence, {
    hint: 'Write an answer as KEY=VALUE, for example --answer aws:SourceVpc=vpc-0123. An empty value means that it is not set.',
  });
}
