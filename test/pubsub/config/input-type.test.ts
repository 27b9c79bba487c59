import { expect, test } from 'vitest';
import type { CheckedSections, SectionsInput } from '../../../src/pubsub/config/check.js';
import { config, type config_input, type config_sections } from '../../../src/pubsub/config/config.js';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Fixed = Exclude<keyof CheckedSections, 'topics' | 'groups'>;

/** The compiler fails here if a type that `npm run generate` wrote differs from its schema. */
const same: {
  input: Equal<config_input, SectionsInput>;
  sections: { [K in Fixed]: Equal<Writable<config_sections[K]>, CheckedSections[K]> };
  names: Equal<keyof config_sections, keyof CheckedSections>;
} = {
  input: true,
  sections: { connection: true, producer: true, consumer: true, worker: true, requester: true, disposal: true },
  names: true,
};

test('the written types of the settings are those of the schema, and the values that they promise exist', () => {
  expect(same).not.toMatchObject({ input: false });
  const { topics, groups } = config.create({ connection: { brokers: ['localhost:9092'] } });
  const filled: string[] = [topics.worker, topics.reply_to, ...topics.reply_allowed, groups.worker, groups.reply_to];
  expect(filled.every((name) => name !== '')).toBe(true);
});
