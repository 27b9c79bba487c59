import type { StoppedBy } from '../../lambda/runtime/stop-condition.js';

/** Completes "stopped …". */
const reasons: Readonly<Record<StoppedBy, string>> = {
  count: 'after the expected count',
  finish: 'by the finish command',
  idle: 'because no more arrived',
  deadline: 'at its deadline',
};

export function stopReason(by: StoppedBy): string {
  return reasons[by];
}
