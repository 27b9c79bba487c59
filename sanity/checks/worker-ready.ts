import { pass } from './check.js';
import type { RunCheck } from './run-check.js';

export const workerReady: RunCheck = {
  id: 'worker_ready',
  title: 'worker function answers a warm-up frame',
  function: 'worker',
  step: 'round_trips',
  judge({ outcome: { roundTrips } }) {
    const [first] = roundTrips?.results ?? [];
    if (first === undefined) return undefined;
    const { ms = 0, frames = 0 } = first.warm_up ?? {};
    return { ...pass(`answered after ${ms} ms and ${frames} warm-up frames`), ms };
  },
};
