import { answeredFinding } from './answered.js';
import type { RunCheck } from './run-check.js';

export const severalReplies: RunCheck = {
  id: 'several_replies',
  title: 'one request gets several replies',
  function: 'publisher',
  step: 'replies',
  judge: ({ outcome: { replies } }) =>
    replies === undefined ? undefined : { ...answeredFinding([replies.several]), ms: replies.ms },
};
