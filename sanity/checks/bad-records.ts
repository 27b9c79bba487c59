import type { position } from '../../src/index.js';
import { fail, pass, skip, warn, type Finding } from './check.js';
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
    const own = new Set(planted.map(placeOf));
    const reported = new Set(worker.bad_records.map(({ position }) => placeOf(position)));
    const missed = [...own].filter((place) => !reported.has(place)).length;
    const others = [...reported].filter((place) => !own.has(place));
    // The list is bounded; the count is not.
    const ofOthers = Math.max(others.length, worker.bad - (own.size - missed));
    const { delivered, sent, undecided, never_sent } = after.ledger;
    if (undecided + never_sent > 0) return timeUp(time, 'requests after the invalid records had no replies yet');
    if (missed === 0 && delivered === sent) {
      const evidence = `${planted.length} were skipped and reported with their positions; the worker continued`;
      return { ...(ofOthers === 0 ? pass(evidence) : withOthers(evidence, ofOthers, others)), ms };
    }
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

function placeOf({ partition, offset }: position): string {
  return `${partition}/${offset}`;
}

function withOthers(evidence: string, count: number, listed: readonly string[]): Finding {
  const some = listed.slice(0, 3).join(', ') + (count > 3 ? ', …' : '');
  return warn(
    `${evidence}; it also skipped ${count} that this run did not write (partition/offset ${some})`,
    'Another program writes to the worker topic: find it, or use other topics.',
  );
}
