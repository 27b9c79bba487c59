import { expect, test } from 'vitest';
import type { AuthorizerDecision } from '../../../rehearsal/evidence/authorizer-line.js';
import { denialLines } from '../../../rehearsal/evidence/denial-line.js';
import { deniedTransactionalId } from '../../../rehearsal/gateway/index.js';

const ROLE = 'arn:aws:iam::111122223333:role/Orders-Role-1A2B';
const decision = (changed: Partial<AuthorizerDecision> = {}): AuthorizerDecision => ({
  principal: ROLE,
  allowed: false,
  action: 'kafka-cluster:WriteData',
  resource: 'orders',
  request: 'Produce',
  ...changed,
});
test('equal denials are one line with their number; allowed requests are not reported', () => {
  const decisions = [
    decision(),
    decision({ allowed: true, resource: 'invoices' }),
    decision({ action: 'kafka-cluster:AlterGroup', resource: 'g', request: 'JoinGroup' }),
    decision(),
    decision({ action: 'kafka-cluster:DescribeCluster', resource: '', request: 'DescribeConfigs' }),
    decision({ request: 'Metadata' }),
  ];
  expect(denialLines(decisions, () => 'role R')).toEqual([
    'denied: role R: kafka-cluster:WriteData on topic orders (Produce), 2 times',
    'denied: role R: kafka-cluster:AlterGroup on group g (JoinGroup)',
    'denied: role R: kafka-cluster:DescribeCluster on the cluster (DescribeConfigs)',
    'denied: role R: kafka-cluster:WriteData on topic orders (Metadata)',
  ]);
});

test('a denial that the gateway caused in Kafka is reported by the gateway only', () => {
  const placeholder = decision({ action: 'kafka-cluster:AlterTransactionalId', resource: deniedTransactionalId });
  expect(denialLines([placeholder], () => 'role R')).toEqual([]);
});
