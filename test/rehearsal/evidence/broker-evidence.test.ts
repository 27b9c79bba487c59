import { expect, test } from 'vitest';
import type { AuthorizerDecision } from '../../../rehearsal/evidence/authorizer-line.js';
import { brokerEvidence, type EvidenceSources } from '../../../rehearsal/evidence/broker-evidence.js';

const ROLE = 'arn:aws:iam::111122223333:role/worker';
const read: AuthorizerDecision = {
  principal: ROLE,
  allowed: true,
  action: 'kafka-cluster:ReadData',
  resource: 'worker',
  request: 'Fetch',
};
const nothing: EvidenceSources = {
  decisions: [],
  refusedLogins: [],
  mayConnect: [],
  granted: [],
};
const connect = { role: ROLE, action: 'kafka-cluster:Connect', resource: '' };
const unused = { role: ROLE, action: 'kafka-cluster:ReadData', resource: 'worker' } as const;

test('denials are grouped by right, each with the requests that were denied', () => {
  const denied = (request: string, resource = 'worker'): AuthorizerDecision => ({
    ...read,
    allowed: false,
    resource,
    request,
  });
  const decisions = [denied('ListOffsets'), denied('Fetch'), denied('Fetch'), denied('Fetch', 'reply_to')];
  expect(brokerEvidence({ ...nothing, decisions }).denied).toEqual([
    { ...unused, requests: ['Fetch', 'ListOffsets'] },
    { ...unused, resource: 'reply_to', requests: ['Fetch'] },
  ]);
});

test('a refused login is a denial of Connect, which no authorizer logs', () => {
  expect(brokerEvidence({ ...nothing, refusedLogins: [ROLE, ROLE] }).denied).toEqual([
    { ...connect, requests: ['SaslAuthenticate'] },
  ]);
});

test('a right without a request is never used; a right with an allowed request is used, and so is Connect', () => {
  const sources = { ...nothing, mayConnect: [ROLE], granted: [unused] };
  expect(brokerEvidence(sources).never_used).toEqual([connect, unused]);
  expect(brokerEvidence({ ...sources, decisions: [read] }).never_used).toEqual([]);
});

test('a denied request, and a request of another role or on another topic, is not a use', () => {
  const sources = { ...nothing, granted: [unused] };
  for (const changed of [
    { allowed: false },
    { principal: `${ROLE}2` },
    { resource: 'reply_to' },
    { action: 'kafka-cluster:DescribeTopic' as const },
  ])
    expect(brokerEvidence({ ...sources, decisions: [{ ...read, ...changed }] }).never_used).toEqual([unused]);
});
