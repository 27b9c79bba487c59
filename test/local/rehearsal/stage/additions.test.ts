import { expect, test } from 'vitest';
import { additionsOf, changedVariables } from '../../../../local/rehearsal/stage/additions.js';
import type { FunctionModel } from '../../../../local/rehearsal/template/index.js';

const brokers = ['127.0.0.1:1', '127.0.0.1:2'];
const withVariables = (environment: Record<string, string>): FunctionModel =>
  ({ logicalId: 'Worker', name: 'worker', environment }) as unknown as FunctionModel;

test('a real cluster’s brokers are replaced, and that is said; the rest stays the template’s', () => {
  const one = withVariables({ PUBSUB_BROKERS: 'b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9098', STAGE: 'test' });
  const changed = changedVariables(one, brokers);
  expect(changed).toEqual({ PUBSUB_BROKERS: '127.0.0.1:1,127.0.0.1:2' });
  expect(additionsOf(one, {}, changed)).toEqual([
    { function: 'worker', variable: 'PUBSUB_BROKERS', why: 'in place of the template’s: 127.0.0.1:1,127.0.0.1:2' },
  ]);
});

test('what is asked for is told only where it differs, and what is given always', () => {
  const one = withVariables({ STAGE: 'test', LEVEL: '1' });
  const changed = changedVariables(one, brokers, { STAGE: 'test', LEVEL: '2' });
  const told = additionsOf(one, { NODE_EXTRA_CA_CERTS: '/ca.pem', AWS_ACCESS_KEY_ID: 'ASIA' }, changed);
  expect(told.map(({ variable }) => variable)).toEqual(['NODE_EXTRA_CA_CERTS', 'AWS_ACCESS_KEY_ID', 'LEVEL']);
  expect(JSON.stringify(told)).not.toContain('ASIA');
});

test('brokers of another listener than IAM’s are refused by path', () => {
  const one = withVariables({ BROKERS: 'b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9096' });
  expect(() => changedVariables(one, brokers)).toThrow(
    /Resources\.Worker\.Properties\.Environment\.Variables\.BROKERS/,
  );
});
