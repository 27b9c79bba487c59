import { countsOf } from './counts.js';
import { fail, pass, warn, type Finding } from './check.js';
import type { RunCheck } from './run-check.js';
import type { SplitFacts } from '../steps/outcome.js';

export const splitFlow: RunCheck = {
  id: 'split_flow',
  title: 'replies are collected by a different function',
  function: 'reply_to',
  step: 'split_flow',
  judge({ outcome: { split } }) {
    if (split === undefined) return undefined;
    const finding = splitFinding(split);
    return finding === undefined ? undefined : { ...finding, ms: split.ms };
  },
};

function splitFinding({ published, collected: { ledger, stopped_by } }: SplitFacts): Finding | undefined {
  if (published === undefined) return undefined;
  const { delivered, late, corrupt, duplicate } = ledger;
  const { sent, send_failed } = published;
  const faults = countsOf({ late, lost: sent - delivered - late, 'not sent': send_failed, corrupt });
  if (faults !== '') {
    return fail(
      'replies_missing',
      `${delivered} of ${sent} frames were answered and collected (${faults}); collecting stopped by: ${stopped_by}`,
      'Check that the reply_to function reads the topic and the partitions that the frames name.',
    );
  }
  if (duplicate === 0)
    return pass(`${sent} frames were published by one function, answered by a second and collected by a third`);
  return warn(
    `all ${sent} replies were collected; ${duplicate} arrived twice`,
    'Requests may be handled twice when a worker or a connection is replaced.',
  );
}
