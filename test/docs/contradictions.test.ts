import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sdkClients } from '../../aws/load-sdk.js';
import { keptFolder } from '../../local/kafka/kept/kept.js';
import { cacheFolder } from '../../local/os/cache.js';
import { consequenceOf, explained } from '../../scripts/docs/consequences.js';
import { settingRows } from '../../src/pubsub/config/setting-rows.js';
import { config } from '../../src/index.js';

const read = (path: string): string => readFileSync(path, 'utf8');

/** What pages once said differently from each other, or from the code. */
describe('pages say what the code does', () => {
  test('where the data of a kept broker is', () => {
    const folder = relative(cacheFolder({ HOME: '/home/me' }), keptFolder({ HOME: '/home/me' }));
    expect(read('docs/local-kafka.md')).toContain(`keeps is in its folder \`${folder}\``);
    expect(read('docs/remove.md')).toContain(`the folder \`${folder}\` in the cache folder`);
  });

  test('what each setting does, and nothing about others', () => {
    expect([...explained].sort()).toEqual(settingRows.map(({ path }) => path).sort());
  });

  test('no setting has a default in its table and another one in its sentence', () => {
    expect(explained.filter((path) => /\bDefault/.test(consequenceOf(path)))).toEqual([]);
    // A default that is derived has its words in the table.
    const settings = config.create({
      connection: { brokers: ['localhost:9092'] },
      topics: { worker: 'w', reply_to: 'r' },
    });
    const derived = settingRows.filter(({ section, key, default_value }) => {
      const values = settings[section as 'topics'] as unknown as Record<string, unknown>;
      return default_value === undefined && values[key] !== undefined && section !== 'connection';
    });
    expect(derived.map(({ path }) => path)).toEqual(['topics.reply_allowed', 'groups.worker', 'groups.reply_to']);
    for (const { path, default_text } of derived) expect([path, default_text]).toEqual([path, expect.any(String)]);
    expect(settings.topics.reply_allowed).toEqual(['r']);
    expect(settings.groups).toEqual({ worker: 'easy-pubsub-w', reply_to: 'easy-pubsub-r' });
  });

  test('what `get` of a queue takes', () => {
    const report = read('docs/easy-pubsub.api.md');
    const [, queue = ''] = /export interface frame_queue<[^]*?\{([^]*?)\n\}/.exec(report) ?? [];
    expect(queue).toContain('get(signal?: AbortSignal)');
    for (const page of ['docs/promises.md', 'docs/library.md', 'docs/first-service.md', 'README.md'])
      expect([page, /\bget\(\{/.test(read(page))]).toEqual([page, false]);
  });

  test('which packages `sanity --stack` needs', () => {
    const [, list = ''] = /this command needs four[^`]*`npm install ([^`]*)`/.exec(read('docs/aws.md')) ?? [];
    expect(list.split(' ').toSorted()).toEqual(sdkClients.stack);
    expect(sdkClients.stack).toHaveLength(4);
  });
});
