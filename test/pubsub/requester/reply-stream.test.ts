import { describe, expect, test } from 'vitest';
import { pubsub_error } from '../../../src/base/error.js';
import { ReplyStream } from '../../../src/pubsub/requester/reply-stream.js';
import { refusal } from '../../support/refusal.js';

const stream = (): ReplyStream<number> => new ReplyStream<number>((reply) => reply);

/** Reads to the end; what it has read so far is in `got`. */
function read(from: ReplyStream<number>): { got: number[]; done: Promise<void> } {
  const got: number[] = [];
  return {
    got,
    done: (async () => {
      for await (const reply of from) got.push(reply);
    })(),
  };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a stream of replies', () => {
  test('yields them in the order of their numbers, as soon as all earlier ones have arrived', async () => {
    const replies = stream();
    const reader = read(replies);
    replies.add(1);
    await turn();
    expect(reader.got).toEqual([]);
    replies.add(0);
    await turn();
    expect(reader.got).toEqual([0, 1]);
    replies.add(2);
    replies.end();
    await reader.done;
    expect(reader.got).toEqual([0, 1, 2]);
  });

  test('keeps replies that arrive before it is read', async () => {
    const replies = stream();
    for (const reply of [2, 0, 1]) replies.add(reply);
    replies.end();
    const reader = read(replies);
    await reader.done;
    expect(reader.got).toEqual([0, 1, 2]);
  });

  test('ends with its error, after the replies that were in order', async () => {
    const replies = stream();
    replies.add(0);
    replies.add(2);
    replies.end(new pubsub_error('deadline_exceeded', 'reply', 'late'));
    replies.end();
    const reader = read(replies);
    expect((await refusal(reader.done)).code).toBe('deadline_exceeded');
    expect(reader.got).toEqual([0]);
  });
});
