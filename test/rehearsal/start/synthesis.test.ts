import { expect, test } from 'vitest';
import { synthesis } from '../../../rehearsal/index.js';
import { refusal } from '../../support/refusal.js';

test('contradictory context values are refused before a template is read', async () => {
  const error = await refusal(
    synthesis({
      clusterArn: 'arn:aws:kafka:eu-west-1:111122223333:cluster/a/0a1b2c3d-0000-4000-8000-000000000000-1',
      bootstrapBrokers: 'b-1.a.x1y2z3.c4.kafka.us-east-1.amazonaws.com:9098',
    }),
  );
  expect(error.code).toBe('config_invalid');
  expect(error.raw_message).toContain('in us-east-1, but clusterArn is in eu-west-1');
});
