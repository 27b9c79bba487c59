import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Answers } from '../../../rehearsal/answers.js';
import { compileAcls, decideForRole, listGrants, mayConnect, roleRights } from '../../../rehearsal/policy/index.js';
import { loadTemplate, readTemplate, type ReadOptions, type StackModel } from '../../../rehearsal/template/index.js';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const place = { region: 'eu-west-1', account: '111122223333' };

describe('a SAM project with an existing cluster', () => {
  const clusterArn = 'arn:aws:kafka:eu-west-1:111122223333:cluster/shared/0a1b2c3d-0000-4000-8000-000000000000-1';
  const parameters = { ClusterArn: clusterArn, Brokers: 'localhost:19098', BrokerGroup: 'sg-0123456789abcdef0' };
  const read = (changed: Partial<ReadOptions> = {}): StackModel => {
    const { template, assembly } = loadTemplate(join(FIXTURES, 'billing', 'template.yaml'));
    return readTemplate(template, { ...place, stackName: 'billing', assembly, parameters, ...changed });
  };

  test('its function, with the properties of Globals, and the role that SAM creates', () => {
    const { functions, roles, outputs } = read();
    expect(functions).toHaveLength(1);
    expect(functions[0]).toMatchObject({
      logicalId: 'Consumer',
      code: { kind: 'folder', path: join(FIXTURES, 'billing', 'src', 'consumer') },
      handler: 'index.handler',
      runtime: 'nodejs22.x',
      timeoutSeconds: 60,
      memoryMb: 256,
      role: 'ConsumerRole',
      subnets: ['subnet-0a1b2c3d', 'subnet-0a1b2c3e'],
      loggingFormat: 'Text',
    });
    expect(functions[0]!.logGroup).toBe(`/aws/lambda/${functions[0]!.name}`);
    expect(functions[0]!.environment).toEqual({
      BROKERS: 'localhost:19098',
      STAGE: 'test',
      TOPIC: 'billing.test.orders',
      GROUP: 'billing-consumer',
      TABLE: expect.stringMatching(/^billing-Invoices-[0-9A-F]{12}$/) as unknown,
      PATTERN: '${literally}',
    });
    expect(roles[0]!.managedPolicies).toEqual(
      ['AWSLambdaBasicExecutionRole', 'AWSLambdaVPCAccessExecutionRole', 'AWSLambdaMSKExecutionRole'].map(
        (name) => `arn:aws:iam::aws:policy/service-role/${name}`,
      ),
    );
    expect(outputs).toEqual({
      Topic: 'billing.test.orders',
      ConsumerName: functions[0]!.name,
      ConsumerRole: roles[0]!.arn,
    });
  });

  test('its topics, by condition and mapping', () => {
    expect(read().topics).toMatchObject([
      { name: 'billing.test.orders', partitions: 2, replicationFactor: 2, configs: { 'retention.ms': '86400000' } },
    ]);
    const prod = read({ parameters: { ...parameters, Stage: 'prod' } });
    expect(prod.topics).toMatchObject([
      { name: 'billing.prod.orders', partitions: 12, replicationFactor: 3 },
      { name: 'billing.audit', configs: {} },
    ]);
    expect(prod.outputs['AuditTopic']).toBe(`${clusterArn.replace(':cluster/', ':topic/')}/billing.audit`);
  });

  test('its network: Fn::If chosen, a rule that is added to an existing group', () => {
    const clients = (stage: string): unknown =>
      read({ parameters: { ...parameters, Stage: stage } }).securityGroups.map(({ egress }) =>
        egress.map(({ toPort, peer }) => `${String(toPort)} ${peer.kind === 'range' ? peer.text : peer.kind}`),
      );
    expect(clients('test')).toEqual([['9098 10.0.0.0/16']]);
    expect(clients('prod')).toEqual([['9098 10.0.0.0/16', '443 0.0.0.0/0']]);
  });

  test('its rights, as ACLs', () => {
    const { roles, clusters } = read();
    expect(clusters.map(({ arn }) => arn)).toEqual([clusterArn]);
    const rights = roleRights(roles[0]!);
    expect(mayConnect(rights, clusterArn)).toBe(true);
    const { entries, namesToDecide } = compileAcls(rights, clusterArn);
    expect(namesToDecide).toEqual(new Set());
    expect(entries.map(({ operation, resourceName }) => `${operation} ${resourceName}`)).toEqual([
      'DELETE billing-',
      'DESCRIBE billing-',
      'READ billing-',
      'DESCRIBE billing.test.orders',
      'READ billing.test.orders',
    ]);
    expect(listGrants({ roles, clusters }).map(({ action, kind }) => `${action} ${kind}`)).toEqual([
      'kafka-cluster:Connect cluster',
      'kafka-cluster:DescribeTopic topic',
      'kafka-cluster:ReadData topic',
      'kafka-cluster:DescribeGroup group',
      'kafka-cluster:AlterGroup group',
      'kafka-cluster:DeleteGroup group',
    ]);
  });

  test('parts that it does not use need not be valid, and are listed', () => {
    expect(read().setAside).toEqual([
      { path: 'Resources.Report', reason: 'its role may do nothing with a cluster’s data' },
      { path: 'Outputs.Api', reason: expect.stringContaining('imports "shared-api"') as unknown },
    ]);
  });

  test('asked for, the same function is refused with all that is wrong with it', () => {
    expect(() => read({ functions: ['Report'] })).toThrow(
      'Resources.Report.Properties.ImageUri: is a container image; a rehearsal runs code in folders and archives',
    );
    expect(() => read({ functions: ['Reprot'] })).toThrow('Resources.Reprot: the template has no such function');
  });

  test('parameters without a value are asked for, all at once; wrong ones are refused', () => {
    expect(() => read({ parameters: {} })).toThrow('Parameters.ClusterArn: has no default, and no value was given');
    expect(() => read({ parameters: { ...parameters, Stage: 'dev' } })).toThrow('"dev" is not one of test, prod');
    expect(() => read({ parameters: { ...parameters, Stag: 'x' } })).toThrow('the template has no such parameter');
  });
});

describe('a CDK project with its own cluster', () => {
  const read = (changed: Partial<ReadOptions> = {}): StackModel => {
    const { template, assembly } = loadTemplate(join(FIXTURES, 'orders', 'Orders.template.json'));
    return readTemplate(template, {
      ...place,
      stackName: 'Orders',
      assembly,
      bootstrapBrokers: 'localhost:19098',
      ...changed,
    });
  };

  test('separate policies, a managed one, a boundary', () => {
    const { roles, clusters, functions } = read();
    expect(functions.map(({ logicalId }) => logicalId)).toEqual(['Producer']);
    expect(functions[0]).toMatchObject({
      code: { kind: 'folder', path: join(FIXTURES, 'orders', 'asset.0123abcd') },
      timeoutSeconds: 3,
      memoryMb: 128,
      environment: {
        BROKERS: 'localhost:19098',
        BUCKET: expect.stringMatching(/^orders-catalogue-[0-9a-f]{12}$/) as unknown,
      },
    });
    expect(roles[0]!.policies.map(({ name }) => name)).toEqual([
      'ProducerServiceRoleDefaultPolicyA47D5E2B',
      'kafka-clients',
    ]);
    const rights = roleRights(roles[0]!);
    const [cluster] = clusters;
    expect(mayConnect(rights, cluster!.arn)).toBe(true);
    const on = (action: string, topic: string): string =>
      decideForRole(rights, `kafka-cluster:${action}`, `${cluster!.arn.replace(':cluster/', ':topic/')}/${topic}`);
    expect(on('WriteData', 'orders.events')).toBe('allowed');
    expect(on('CreateTopic', 'orders.new')).toBe('allowed');
    expect(on('ReadData', 'orders.events')).toBe('denied');
    // Allowed by the role's policy, denied by its permissions boundary.
    expect(on('DeleteTopic', 'orders.events')).toBe('explicitly denied');
    expect(on('WriteData', 'payments')).toBe('denied');
  });

  test('functions and outputs with unknown values are set aside, each with its reason', () => {
    expect(Object.fromEntries(read().setAside.map(({ path, reason }) => [path, reason]))).toEqual({
      'Resources.OtherHandler': expect.stringContaining('imports "shared:RoleArn" from another stack') as unknown,
      'Outputs.ApiUrl': expect.stringContaining(
        'Ref of Api (AWS::ApiGateway::RestApi) is known only after the deployment',
      ) as unknown,
    });
  });

  test('values that only a deployed stack has can be answered', () => {
    expect(read({ answers: new Answers(['Api=abc123']) }).outputs['ApiUrl']).toBe('https://abc123.example.com');
  });

  test('without the brokers’ addresses, a value is made up and reported', () => {
    const { template, assembly } = loadTemplate(join(FIXTURES, 'orders', 'Orders.template.json'));
    const { madeUp } = readTemplate(template, { ...place, stackName: 'Orders', assembly });
    expect(madeUp.map(({ path }) => path)).toContain('Resources.Producer.Properties.Environment.Variables.BROKERS');
  });
});
