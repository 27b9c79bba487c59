import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Answers } from '../../../../rehearsal/answers.js';
import {
  decideForRole,
  kafkaActionNames,
  policyStatements,
  roleRights,
  type LimitingPolicy,
  type PolicyStatement,
  type RoleRights,
} from '../../../../rehearsal/policy/index.js';
import { bruteForce, type Document, type Policies } from '../brute-force.js';
import { answers, anyClusterDocument, anyDocument, context, NOW_MS, SESSION_ARN, things } from '../random-policies.js';
import { arn, CLUSTER_ARN, rights, ROLE_ARN, statement } from '../statements.js';

const worker = arn('topic', 'worker');

describe('the decision of IAM is', () => {
  test.each<[string, PolicyStatement[], string, string, string]>([
    ['denied without any statement', [], 'kafka-cluster:ReadData', worker, 'denied'],
    ['allowed', [statement('Allow', 'kafka-cluster:ReadData', worker)], 'kafka-cluster:ReadData', worker, 'allowed'],
    [
      'denied for another action',
      [statement('Allow', 'kafka-cluster:ReadData', worker)],
      'kafka-cluster:WriteData',
      worker,
      'denied',
    ],
    [
      'denied for another topic',
      [statement('Allow', 'kafka-cluster:ReadData', worker)],
      'kafka-cluster:ReadData',
      arn('topic', 'workers'),
      'denied',
    ],
    [
      'explicitly denied, whatever other statements allow',
      [statement('Allow', '*', '*'), statement('Deny', 'kafka-cluster:Read*', worker), statement('Allow', '*', '*')],
      'kafka-cluster:ReadData',
      worker,
      'explicitly denied',
    ],
    [
      'allowed beside a denial of something else',
      [statement('Deny', 'kafka-cluster:Write*', '*'), statement('Allow', 'kafka-cluster:*', '*')],
      'kafka-cluster:ReadData',
      worker,
      'allowed',
    ],
    [
      'allowed with any case of the action',
      [statement('Allow', 'KAFKA-CLUSTER:readdata', worker)],
      'kafka-cluster:ReadData',
      worker,
      'allowed',
    ],
    [
      'denied with another case of the name',
      [statement('Allow', 'kafka-cluster:ReadData', worker)],
      'kafka-cluster:ReadData',
      arn('topic', 'Worker'),
      'denied',
    ],
    [
      'allowed by a wildcard in the middle',
      [statement('Allow', 'kafka-cluster:ReadData', worker.replace('demo', '*').replace('eu-west-1', '*'))],
      'kafka-cluster:ReadData',
      worker,
      'allowed',
    ],
    [
      'allowed by ?',
      [statement('Allow', 'kafka-cluster:ReadDat?', `${worker.slice(0, -1)}?`)],
      'kafka-cluster:ReadData',
      worker,
      'allowed',
    ],
    [
      'denied by kafka:*, which is the control plane',
      [statement('Allow', 'kafka:*', '*')],
      'kafka-cluster:ReadData',
      worker,
      'denied',
    ],
    [
      'denied for another cluster',
      [statement('Allow', 'kafka-cluster:Connect', CLUSTER_ARN)],
      'kafka-cluster:Connect',
      CLUSTER_ARN.replace('demo', 'other'),
      'denied',
    ],
  ])('%s', (_, statements, action, resource, expected) => {
    expect(decideForRole(rights(...statements), action, resource)).toBe(expected);
  });
});

describe('a second evaluator, written from AWS’s documentation, agrees', () => {
  const numRuns = process.env['TEST_FULL'] === undefined ? 400 : 3_000;
  /** Two of three values are undefined. */
  const seldom = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
    fc.oneof(fc.constant(undefined), fc.constant(undefined), one);
  const policies = (cluster: fc.Arbitrary<Document | undefined>) =>
    fc.record({
      identity: fc.array(anyDocument, { minLength: 1, maxLength: 2 }),
      boundary: seldom(anyDocument),
      session: seldom(anyDocument),
      scps: seldom(fc.array(anyDocument, { minLength: 1, maxLength: 2 })),
      cluster,
    });
  const everybodyMay: Document = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: '*', Action: 'kafka-cluster:*', Resource: '*' },
  };

  test.each([
    ['for a cluster of the same account', '111122223333', seldom(anyClusterDocument)],
    ['for a cluster of another account', '999999999999', fc.oneof(fc.constant(everybodyMay), anyClusterDocument)],
  ])('%s', (_, account, cluster) => {
    const seen: Record<string, number> = {};
    const elsewhere = (text: string): string => text.replaceAll(':111122223333:', `:${account}:`);
    fc.assert(
      fc.property(
        policies(cluster),
        fc.constantFrom(...kafkaActionNames),
        fc.constantFrom(...things),
        (given, action, thing) => {
          const documents = JSON.parse(
            JSON.stringify(given).replaceAll(':eu-west-1:111122223333:', `:eu-west-1:${account}:`),
          ) as Policies;
          const resource = elsewhere(thing);
          const expected = bruteForce(documents, {
            action,
            resource,
            roleArn: ROLE_ARN,
            sessionArn: SESSION_ARN,
            context: {
              ...context,
              'aws:resourceaccount': [account],
              'aws:tokenissuetime': ['2026-11-27T09:00:00Z'],
            },
          });
          seen[expected] = (seen[expected] ?? 0) + 1;
          const rights = rightsOf(documents);
          expect(decideForRole(rights, action, resource, NOW_MS)).toBe(expected);
        },
      ),
      { numRuns },
    );
    // All three answers occurred, not only the easy one.
    for (const decision of ['allowed', 'denied', 'explicitly denied'])
      expect(seen[decision]).toBeGreaterThan(numRuns / 50);
  });
});

/** Reads these documents with the code that is tested. */
function rightsOf({ identity, boundary, session, scps = [], cluster }: Policies): RoleRights {
  const read =
    (layer: LimitingPolicy['layer']) =>
    (document: Document, at: number): LimitingPolicy => ({
      layer,
      name: `${layer} ${at}`,
      statements: policyStatements(document, `${layer}[${at}]`),
    });
  return {
    arn: ROLE_ARN,
    sessionArn: SESSION_ARN,
    own: { name: 'own', statements: identity.flatMap((document) => policyStatements(document, 'own')) },
    limits: [
      ...scps.map(read('scp')),
      ...[boundary].filter((one) => one !== undefined).map(read('boundary')),
      ...[session].filter((one) => one !== undefined).map(read('session')),
    ],
    ...(cluster === undefined
      ? {}
      : { clusterPolicy: { name: 'cluster', statements: policyStatements(cluster, 'cluster', { kind: 'resource' }) } }),
    facts: { answers: new Answers(answers), issuedMs: NOW_MS - 3_600_000 },
  };
}

describe('a permissions boundary', () => {
  const all = statement('Allow', 'kafka-cluster:*', '*');
  test.each<[string, PolicyStatement[], PolicyStatement[], string]>([
    ['keeps what it allows', [all], [statement('Allow', 'kafka-cluster:Read*', '*')], 'allowed'],
    ['removes what it does not allow', [all], [statement('Allow', 'kafka-cluster:Write*', '*')], 'denied'],
    ['denies', [all], [all, statement('Deny', 'kafka-cluster:ReadData', '*')], 'explicitly denied'],
    ['grants nothing', [], [all], 'denied'],
    ['does not weaken a denial', [all, statement('Deny', '*', '*')], [], 'explicitly denied'],
  ])('%s', (_, statements, boundary, expected) => {
    const limits = [{ layer: 'boundary' as const, name: 'boundary', statements: boundary }];
    expect(decideForRole({ ...rights(...statements), limits }, 'kafka-cluster:ReadData', worker)).toBe(expected);
  });
});

describe('an AWS-managed policy', () => {
  const role = { arn: 'arn:aws:iam::111122223333:role/r', path: 'Resources.R', policies: [] };
  const may = (...managedPolicies: string[]): string =>
    decideForRole(roleRights({ ...role, managedPolicies }), 'kafka-cluster:ReadData', worker);

  test.each([
    ['AdministratorAccess', 'allowed'],
    ['PowerUserAccess', 'allowed'],
    ['AmazonMSKFullAccess', 'denied'],
    ['AmazonMSKReadOnlyAccess', 'denied'],
    ['service-role/AWSLambdaMSKExecutionRole', 'denied'],
    ['service-role/AWSLambdaVPCAccessExecutionRole', 'denied'],
    ['service-role/AWSLambdaBasicExecutionRole', 'denied'],
    ['AmazonS3FullAccess', 'denied'],
    ['SecretsManagerReadWrite', 'denied'],
    ['SecurityAudit', 'denied'],
    ['AWSDenyAll', 'explicitly denied'],
    ['service-role/AWSMSKReplicatorExecutionRole', 'allowed'],
    // A policy that is newer than our data: AWS has announced it.
    ['SomethingNewAccess', 'denied'],
    ['constructor', 'denied'],
    ['__proto__', 'denied'],
  ])('%s: reading is %s', (name, expected) => {
    expect(may(`arn:aws:iam::aws:policy/${name}`)).toBe(expected);
  });

  test('a policy with the right to read everything can read a cluster’s data', () => {
    const rights = roleRights({ ...role, managedPolicies: ['arn:aws:iam::aws:policy/SecurityAudit'] });
    expect(decideForRole(rights, 'kafka-cluster:DescribeTopic', worker)).toBe('allowed');
  });

  test('also as a permissions boundary', () => {
    const boundary = (name: string) => ({ permissionsBoundary: { arn: `arn:aws:iam::aws:policy/${name}` } });
    const all = [{ statements: [statement('Allow', 'kafka-cluster:*', '*')] }];
    const decision = (name: string): string =>
      decideForRole(
        roleRights({ ...role, policies: all, managedPolicies: [], ...boundary(name) }),
        'kafka-cluster:ReadData',
        worker,
      );
    expect(decision('PowerUserAccess')).toBe('allowed');
    expect(decision('AmazonMSKFullAccess')).toBe('denied');
    expect(decision('Unheard')).toBe('denied');
  });
});
