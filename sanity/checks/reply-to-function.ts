import { pass } from './check.js';
import type { RunCheck } from './run-check.js';
import { stopReason } from './stop-reason.js';

export const replyToFunction: RunCheck = {
  id: 'function_reply_to',
  title: 'reply_to function starts and returns',
  function: 'reply_to',
  step: 'split_flow',
  judge({ outcome: { split } }) {
    if (split === undefined) return undefined;
    const { collected, collectMs } = split;
    return { ...pass(`collected for ${collectMs} ms; stopped ${stopReason(collected.stopped_by)}`), ms: collectMs };
  },
};
