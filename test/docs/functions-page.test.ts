import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { publisherEvent } from '../../lambda/event/publisher-event.js';
import { replyToEvent } from '../../lambda/event/reply-to-event.js';
import { workerRunEvent } from '../../lambda/event/worker-event.js';

const PAGE = readFileSync('docs/functions.md', 'utf8');

/** The text under a heading, to the next one of its level or above. */
function section(heading: string): string {
  const level = heading.indexOf(' ');
  const from = PAGE.indexOf(`\n${heading}\n`);
  expect(from, heading).toBeGreaterThan(0);
  const rest = PAGE.slice(from + heading.length + 1);
  const next = rest.search(new RegExp(`\\n#{1,${level}} `));
  return next < 0 ? rest : rest.slice(0, next);
}

const actions = publisherEvent.options.map((option) => {
  const { shape } = option;
  return [`### \`${shape.action.value}\``, Object.keys(shape).filter((key) => key !== 'action')] as const;
});

describe('docs/functions.md names every field of every event', () => {
  test.each([
    // All three functions take `rights`, which has a paragraph of its own.
    ...actions.filter(([heading]) => heading !== '### `rights`'),
    ['## worker', Object.keys(workerRunEvent.shape)] as const,
    ['## reply_to', Object.keys(replyToEvent.shape)] as const,
  ])('%s', (heading, fields) => {
    const text = section(heading);
    expect(fields.filter((field) => !text.includes(`\`${field}\``))).toEqual([]);
  });
});
