import { fail, pass, skip } from './check.js';
import type { RunCheck } from './run-check.js';
import { timeUp } from './time-up.js';

export const badRecords: RunCheck = {
  id: 'bad_records',
  title: 'invalid records are skipped and reported',
  function: 'worker',
  step: 'bad_records',
  judge({ target, outcome: { bad, worker }, time }) {
    if (target.mayPlant !== true) return skip(target.mayPlant);
    if (bad === undefined || worker === undefined) return undefined;
    const { planted, after, ms } = bad;
    const reported = new Set(worker.bad_records.map(({ position }) => `${position.partition}/${position.offset}`));
    const missed = planted.filter(({ partition, offset }) => !reported.has(`${partition}/${offset}`)).length;
    const { delivered, sent, undecided, never_sent } = after.ledger;
    if (undecided + never_sent > 0) return timeUp(time, 'requests after the invalid records had no replies yet');
    if (missed === 0 && delivered === sent)
      return {
        ...pass(`${planted.length} were skipped and reported with their positions; the worker continued`),
        ms,
      };
    return {
      ...fail(
        'bad_records_unreported',
        `the worker reported ${planted.length - missed} of ${planted.length} invalid records; ${delivered} of ${sent} requests after them were answered`,
        'The worker’s log shows what it did with them.',
      ),
      ms,
    };
  },
};
