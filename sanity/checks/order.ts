import { fail, pass } from './check.js';
import type { RunCheck } from './run-check.js';

export const order: RunCheck = {
  id: 'order',
  title: 'the worker answers requests of one path in order',
  function: 'worker',
  step: 'round_trips',
  judge({ outcome: { roundTrips } }) {
    if (roundTrips?.complete !== true) return undefined;
    const { results } = roundTrips;
    const disordered = results.reduce((total, result) => total + result.disordered, 0);
    const delivered = results.reduce((total, { ledger }) => total + ledger.delivered, 0);
    if (disordered > 0) {
      return fail(
        'disordered',
        `${disordered} requests were answered before an earlier one of their path`,
        'Check that all publishers use the same partitioner, and that the worker topic’s partition count has not changed.',
      );
    }
    // The check of the answers says why there are none.
    if (delivered === 0) return undefined;
    return pass(`${delivered} requests were answered in order within their paths, by the worker’s clock`);
  },
};
