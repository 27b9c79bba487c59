import { expect, test } from 'vitest';
import { startEmbedded } from '../../local/kafka/index.js';
import { brokerOutage } from '../support/outage.js';

test('a broker that is down for 20 s: everything acknowledged is delivered, and nothing hangs', async () => {
  await using kafka = await startEmbedded();
  expect(await brokerOutage(kafka, 20_000)).toMatchObject({
    lost: [],
    hung: 0,
    disordered: [],
    connectedAgain: true,
    repliesAfter: true,
  });
}, 180_000);
