import { expect, test } from 'vitest';
import { expectedBrokers, expectedBrokersOf, withBrokers } from '../../../rehearsal/plan/expected-brokers.js';
import type { StackModel } from '../../../rehearsal/template/index.js';

const brokers = ['127.0.0.1:21001', '127.0.0.1:21002'];
const LIST = expectedBrokers.join(',');

function variableOf(value: string, real = brokers): string | undefined {
  const model = { functions: [{ environment: { V: value } }], outputs: { O: value } } as unknown as StackModel;
  const { functions, outputs } = withBrokers(model, real);
  expect(outputs['O']).toBe(functions[0]?.environment['V']);
  return functions[0]?.environment['V'];
}

test.each([
  ['a list', LIST, '127.0.0.1:21001,127.0.0.1:21002'],
  ['one broker', expectedBrokers[1]!, '127.0.0.1:21002'],
  ['a JSON list', JSON.stringify(expectedBrokers), JSON.stringify(brokers)],
  ['a property', `bootstrap.servers=${LIST}`, 'bootstrap.servers=127.0.0.1:21001,127.0.0.1:21002'],
  ['a host without its port', expectedBrokers[0]!.split(':')[0]!, '127.0.0.1'],
  ['a port without its host', expectedBrokers[1]!.split(':')[1]!, '21002'],
  ['a list of the public ones', expectedBrokersOf.public.join(','), '127.0.0.1:21001,127.0.0.1:21002'],
  ['one in another VPC', expectedBrokersOf.otherVpc[1]!, '127.0.0.1:21002'],
  ['a public host without its port', expectedBrokersOf.public[0]!.split(':')[0]!, '127.0.0.1'],
  ['another text', 'other:60983', 'other:60983'],
])('the addresses of the rehearsal replace the expected ones: %s', (_, given, wanted) => {
  expect(variableOf(given)).toBe(wanted);
});

test('a Kafka with one broker stands in for each of them', () => {
  expect(variableOf(LIST, ['127.0.0.1:21001'])).toBe('127.0.0.1:21001');
  expect(variableOf(expectedBrokers[1]!, ['127.0.0.1:21001'])).toBe('127.0.0.1:21001');
});
