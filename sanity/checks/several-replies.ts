import { answeredFinding } from './answered.js';
import type { RunCheck } from './run-check.js';

export const severalReplies: RunCheck = {
  id: 'several_replies',
  title: 'one request gets several replies',
  function: 'publisher',
  step: 'replies',
  judge: ({ outcome: { replies }, time }) =>
    replies === undefined ? undefined : { ...answeredFinding([replies.several], time), ms: replies.ms },
};
