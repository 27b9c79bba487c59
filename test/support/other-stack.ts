import { join } from 'node:path';

const CLUSTER_ARN = 'arn:aws:kafka:eu-west-1:111122223333:cluster/shared/0a1b2c3d-0000-4000-8000-000000000000-1';
const parameters = [`ClusterArn=${CLUSTER_ARN}`, 'Brokers=localhost:19098', 'BrokerGroup=sg-0123456789abcdef0'];

/**
 * Arguments for a template that is not this project's: a SAM project with one function, which answers with its
 * topic's name.
 */
export const otherStack = [
  '--template',
  join('test', 'rehearsal', 'template', 'fixtures', 'billing', 'template.yaml'),
  ...parameters.flatMap((one) => ['--parameter', one]),
] as const;
