import { expect, test } from 'vitest';
import { withoutRealBrokers } from '../../../rehearsal/template/index.js';

const read = (brokers: string) =>
  withoutRealBrokers({ logicalId: 'F', environment: { BROKERS: brokers, OTHER: 'x' } }, 'local:1');

test.each([
  'b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9098',
  'b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9098, b-2.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9098',
  'boot-abc.c2.kafka-serverless.eu-west-1.amazonaws.com:9098',
  'b-1-public.demo.abc.c1.kafka.cn-north-1.amazonaws.com.cn:9198',
  'b-1.demo.abc.c1.kafka.eusc-de-east-1.amazonaws.eu:9098',
  'b-1.demo.abc.c1.kafka.us-iso-east-1.c2s.ic.gov:9098',
  'b-1.iam.demo.abc.c2.kafka.eu-west-1.amazonaws.com:14001',
  'b-1.iam.demo.abc.c2.kafka.eu-west-1.amazonaws.com:14001,b-100.iam.demo.abc.c2.kafka.eu-west-1.amazonaws.com:14100',
])('%s is replaced by the rehearsal’s, and reported', (brokers) => {
  expect(read(brokers)).toEqual({ environment: { BROKERS: 'local:1', OTHER: 'x' }, replaced: ['BROKERS'] });
});

test.each(['localhost:9098', 'https://sqs.eu-west-1.amazonaws.com/1/queue', 'kafka', ''])(
  '%j is not changed',
  (brokers) => {
    expect(read(brokers)).toEqual({ environment: { BROKERS: brokers, OTHER: 'x' }, replaced: [] });
  },
);

const [ONE, TWO] = [1, 2].map((n) => `b-${n}.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9098`);

test.each([
  ['properties', `bootstrap.servers=${ONE}\nacks=all`, 'bootstrap.servers=local:1,local:2\nacks=all'],
  ['a URL', `SASL_SSL://${ONE}`, 'SASL_SSL://local:1,local:2'],
  ['a list in JSON', `["${ONE}","${TWO}"]`, '["local:1","local:2"]'],
  ['a list in JSON with spaces', `[ "${ONE}" ]`, '["local:1","local:2"]'],
  ['a text in JSON', `{"bootstrap.servers": "${ONE},${TWO}", "n": 1}`, '{"bootstrap.servers":"local:1,local:2","n":1}'],
  ['a list in an object', `{"kafka": {"brokers": ["${ONE}"]}}`, '{"kafka":{"brokers":["local:1","local:2"]}}'],
  ['capitals', ONE!.toUpperCase(), 'local:1,local:2'],
  ['quotes', `'${ONE}'`, "'local:1,local:2'"],
  ['spaces', ` ${ONE} , ${TWO} `, ' local:1,local:2 '],
])('in %s', (_, value, expected) => {
  const { environment } = withoutRealBrokers({ logicalId: 'F', environment: { BROKERS: value } }, 'local:1,local:2');
  expect(environment['BROKERS']).toBe(expected);
});

test.each([
  'b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9094',
  'b-1.demo.abc.c2.kafka.eu-west-1.amazonaws.com:14001',
  'b-1.scram.demo.abc.c2.kafka.eu-west-1.amazonaws.com:14001',
  'b-1.iam.demo.abc.c2.kafka.eu-west-1.amazonaws.com:14101',
  'b-1.iam.demo.abc.c2.kafka.eu-west-1.amazonaws.com:14000',
  'b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9098,elsewhere:9098',
  'elsewhere:9098, b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9098',
  'z-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com:2181',
  'b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com',
  '["b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9096"]',
  'host=b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com;port=9098',
])('%s is refused, because a rehearsal must not reach a real cluster', (brokers) => {
  expect(() => read(brokers)).toThrow('Resources.F.Properties.Environment.Variables.BROKERS');
});
