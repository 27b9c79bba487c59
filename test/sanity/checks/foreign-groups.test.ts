import { expect, test } from 'vitest';
import { otherTopics } from '../../../sanity/checks/foreign-groups.js';

test.each([
  [undefined, 'Name other topics for the run with --worker-topic and --reply-topic'],
  [{ worker: 'w' }, 'Leave out --worker-topic to use the run’s own topics'],
  [{ reply_to: 'r' }, 'Leave out --reply-topic to use the run’s own topics'],
  [{ worker: 'w', reply_to: 'r' }, 'Leave out --worker-topic and --reply-topic to use the run’s own topics'],
])('with the topics %j, the next step names only options that were given', (given, hint) => {
  expect(otherTopics(given)).toBe(hint);
});
