import { fail, pass } from './check.js';
import type { RunCheck } from './run-check.js';

export const order: RunCheck = {
  id: 'order',
  title: 'requests of one path are answered in order',
  function: 'worker',
  step: 'round_trips',
  judge({ outcome: { roundTrips } }) {
    if (roundTrips?.complete !== true) return undefined;
    const { results } = roundTrips;
    const disordered = results.reduce((total, result) => total + result.disordered, 0);
    const delivered = results.reduce((total, { ledger }) => total + ledger.delivered, 0);
    if (disordered === 0) return pass(`${delivered} requests were answered in order within their paths`);
    return fail(
      'disordered',
      `${disordered} requests were answered before an earlier one of their path`,
      'Check that all publishers use the same partitioner, and that the worker topic’s partition count has not changed.',
    );
  },
};
