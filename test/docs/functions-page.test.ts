import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { publisher_event } from '../../lambda/event/publisher-event.js';
import { reply_to_event } from '../../lambda/event/reply-to-event.js';
import { worker_run_event } from '../../lambda/event/worker-event.js';

const page = readFileSync('docs/functions.md', 'utf8');

/** The text under a heading, to the next one of its level or above. */
function section(heading: string): string {
  const level = heading.indexOf(' ');
  const from = page.indexOf(`\n${heading}\n`);
  expect(from, heading).toBeGreaterThan(0);
  const rest = page.slice(from + heading.length + 1);
  const next = rest.search(new RegExp(`\\n#{1,${level}} `));
  return next < 0 ? rest : rest.slice(0, next);
}

const actions = publisher_event.options.map((option) => {
  const { shape } = option;
  return [`### \`${shape.action.value}\``, Object.keys(shape).filter((key) => key !== 'action')] as const;
});

describe('docs/functions.md names every field of every event', () => {
  test.each([
    // All three functions take `rights`, which has a paragraph of its own.
    ...actions.filter(([heading]) => heading !== '### `rights`'),
    ['## worker', Object.keys(worker_run_event.shape)] as const,
    ['## reply_to', Object.keys(reply_to_event.shape)] as const,
  ])('%s', (heading, fields) => {
    const text = section(heading);
    expect(fields.filter((field) => !text.includes(`\`${field}\``))).toEqual([]);
  });
});
