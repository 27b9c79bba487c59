import { expect, test } from 'vitest';
import { additionsOf, changedVariables } from '../../../rehearsal/plan/additions.js';
import type { FunctionModel } from '../../../rehearsal/template/index.js';

const brokers = ['127.0.0.1:1', '127.0.0.1:2'];
const withVariables = (environment: Record<string, string>): FunctionModel =>
  ({ logicalId: 'Worker', name: 'worker', environment }) as unknown as FunctionModel;

test('a real cluster’s brokers are replaced, and this is reported; the rest stays the template’s', () => {
  const one = withVariables({ PUBSUB_BROKERS: 'b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9098', STAGE: 'test' });
  const changed = changedVariables(one, brokers);
  expect(changed).toEqual({ PUBSUB_BROKERS: '127.0.0.1:1,127.0.0.1:2' });
  expect(additionsOf(one, {}, changed)).toEqual([
    { function: 'worker', variable: 'PUBSUB_BROKERS', why: 'in place of the template’s: 127.0.0.1:1,127.0.0.1:2' },
  ]);
});

test('denials are final, as every policy is in force; this is reported if the template has another value', () => {
  const waits = withVariables({ STAGE: 'test', PUBSUB_RETRY_DENIED_MS: '30000' });
  expect(changedVariables(waits, brokers)).toEqual({ PUBSUB_RETRY_DENIED_MS: '0' });
  const why = 'in place of the template’s: 0 (every policy is in force from the start, and a denial is final)';
  expect(additionsOf(waits, {}, changedVariables(waits, brokers))).toEqual([
    { function: 'worker', variable: 'PUBSUB_RETRY_DENIED_MS', why },
  ]);
  const final = withVariables({ PUBSUB_RETRY_DENIED_MS: '0' });
  expect(additionsOf(final, {}, changedVariables(final, brokers))).toEqual([]);
  expect(changedVariables(withVariables({ STAGE: 'test' }), brokers)).toEqual({});
});

test('added variables are always reported, without their values', () => {
  const additions = additionsOf(withVariables({}), { NODE_EXTRA_CA_CERTS: '/ca.pem', AWS_ACCESS_KEY_ID: 'ASIA' }, {});
  expect(additions.map(({ variable }) => variable)).toEqual(['NODE_EXTRA_CA_CERTS', 'AWS_ACCESS_KEY_ID']);
  expect(JSON.stringify(additions)).not.toContain('ASIA');
});

test('brokers of a listener other than IAM’s are refused by path', () => {
  const one = withVariables({ BROKERS: 'b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9096' });
  expect(() => changedVariables(one, brokers)).toThrow(
    /Resources\.Worker\.Properties\.Environment\.Variables\.BROKERS/,
  );
});
