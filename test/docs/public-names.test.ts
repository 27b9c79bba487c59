import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { API_REPORT } from '../../scripts/api-report.js';
import { settingRows } from '../../src/pubsub/config/setting-rows.js';
import { handWrittenPages } from '../../scripts/docs/snippets.js';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8');

/** Pages about the library alone: a name in their code font is a public name. */
const libraryPages = ['docs/promises.md', 'docs/errors.md', 'docs/library.md'];

/** Words of these pages that name something else: values, JavaScript, Kafka, AWS, other programs. */
const others = new Set(
  `BYTES acks all array await break clock_difference_ms expired false for iterable max message bytes ms no npm of own
   reply_code reply_message shared test the throw true
   using asyncDispose Symbol topics kafka easy pubsub records_skipped_by_gap restarts produce_retries reply_refused
   path_waits path_goes_on Map failed timed_out invalid handler_failed handler_timeout unknown_command records_unreadable AWS_ENDPOINT_URL PUBSUB_WORKER_MAX_UNACKNOWLEDGED_FRAMES expression run_id latest id opentelemetry AbortError cdk`.split(
    /\s+/,
  ),
);

let report: string;
let exported: string[];

beforeAll(async () => {
  report = await read(API_REPORT);
  exported = [...report.matchAll(/^export (?:class|const|function|interface|type) (\w+)/gm)].map(([, name]) => name!);
});

/** What a page has in code font, without its blocks of code. */
function codeSpans(page: string): string[] {
  return [...page.replaceAll(/^```[^]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, span]) => span!);
}

test('the public types do not contain internals of the classes', () => {
  expect(report).not.toMatch(/internals/);
});

test('every public export is in a page', async () => {
  const named = new Set(
    (await Promise.all((await handWrittenPages()).map(read))).flatMap(codeSpans).flatMap((s) => s.split(/\W+/)),
  );
  expect(exported.filter((name) => !named.has(name))).toEqual([]);
});

describe('every name in code font on a page exists', () => {
  test.each(libraryPages)('%s', async (page) => {
    const metrics = await read('docs/metrics.md');
    const known = new Set([
      ...others,
      ...report.split(/\W+/),
      ...metrics.split(/\W+/),
      ...settingRows.flatMap(({ env, section, key }) => [env, section, key]),
    ]);
    const words = codeSpans(await read(page)).flatMap((span) => span.match(/[A-Za-z]\w+/g) ?? []);
    expect(words.filter((word) => !known.has(word))).toEqual([]);
  });
});
