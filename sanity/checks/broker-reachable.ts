import { pass } from './check.js';
import type { RunCheck } from './run-check.js';

export const brokerReachable: RunCheck = {
  id: 'broker_reachable',
  title: 'a broker accepts the publisher function’s connection',
  function: 'publisher',
  step: 'start',
  judge({ outcome: { positions } }) {
    if (positions === undefined) return undefined;
    const { connect_ms } = positions.result;
    return { ...pass(`a broker answered within ${connect_ms} ms`), ms: connect_ms };
  },
};
