import { answeredFinding } from './answered.js';
import type { RunCheck } from './run-check.js';

export const roundTrips: RunCheck = {
  id: 'round_trips',
  title: 'requests get the expected replies in time',
  function: 'publisher',
  step: 'round_trips',
  judge({ outcome: { roundTrips }, time }) {
    if (roundTrips?.complete !== true) return undefined;
    return { ...answeredFinding(roundTrips.results, time), ms: roundTrips.ms };
  },
};
