import { expect, test } from 'vitest';
import { withoutRealBrokers } from '../../../../local/rehearsal/template/index.js';

const read = (BROKERS: string) =>
  withoutRealBrokers({ logicalId: 'F', environment: { BROKERS, OTHER: 'x' } }, 'local:1');

test.each([
  'b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9098',
  'b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9098, b-2.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9098',
  'boot-abc.c2.kafka-serverless.eu-west-1.amazonaws.com:9098',
  'b-1-public.demo.abc.c1.kafka.cn-north-1.amazonaws.com.cn:9198',
])('%s becomes the rehearsal’s, and is reported', (brokers) => {
  expect(read(brokers)).toEqual({ environment: { BROKERS: 'local:1', OTHER: 'x' }, replaced: ['BROKERS'] });
});

test.each(['localhost:9098', 'https://sqs.eu-west-1.amazonaws.com/1/queue', 'kafka', ''])('%j stays', (brokers) => {
  expect(read(brokers)).toEqual({ environment: { BROKERS: brokers, OTHER: 'x' }, replaced: [] });
});

test.each([
  'b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9094',
  'b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9098,elsewhere:9098',
])('%s is refused: nothing of a rehearsal may reach a real cluster', (brokers) => {
  expect(() => read(brokers)).toThrow('Resources.F.Properties.Environment.Variables.BROKERS');
});
