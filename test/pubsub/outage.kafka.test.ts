import { describe, expect, test } from 'vitest';
import { startEmbedded } from '../../local/kafka/index.js';
import { brokerOutage } from '../support/outage.js';
import { patient } from '../support/patience.js';

describe('a broker that is restarted during a run', () => {
  test(
    'loses no acknowledged frame, nothing hangs, and the state is correct',
    async () => {
      await using kafka = await startEmbedded({
        properties: { 'broker.session.timeout.ms': '3000', 'group.min.session.timeout.ms': '1000' },
      });
      const outcome = await brokerOutage(kafka, 3_000);
      expect(outcome).toEqual(expectedOutcome);
    },
    patient(90_000),
  );
});

const expectedOutcome = {
  lost: [],
  hung: 0,
  disordered: [],
  disconnectedSeen: { publisher: true, requester: true, worker: true },
  connectedAgain: true,
  repliesAfter: true,
};
