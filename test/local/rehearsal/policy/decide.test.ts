import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decide,
  decideForRole,
  kafkaActionNames,
  roleRights,
  type PolicyStatement,
} from '../../../../local/rehearsal/policy/index.js';
import { arn, clusterArn, rights, statement } from './statements.js';

const worker = arn('topic', 'worker');

describe('IAM says', () => {
  test.each<[string, PolicyStatement[], string, string, string]>([
    ['denied, where nothing is said', [], 'kafka-cluster:ReadData', worker, 'denied'],
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
      'explicitly denied, whatever is allowed',
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
      'allowed, in any case of the action',
      [statement('Allow', 'KAFKA-CLUSTER:readdata', worker)],
      'kafka-cluster:ReadData',
      worker,
      'allowed',
    ],
    [
      'denied in another case of the name',
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
      [statement('Allow', 'kafka-cluster:Connect', clusterArn)],
      'kafka-cluster:Connect',
      clusterArn.replace('demo', 'other'),
      'denied',
    ],
  ])('%s', (_, statements, action, resource, expected) => {
    expect(decide(statements, action, resource)).toBe(expected);
  });

  /** Written from the rule, not from our code: every Deny first, then every Allow, patterns as regular expressions. */
  function bruteForce(statements: readonly PolicyStatement[], action: string, resource: string): string {
    const expression = (pattern: string, flags: string): RegExp =>
      new RegExp(
        `^${pattern
          .replace(/[.$^+(){}|[\]\\]/g, '\\$&')
          .replaceAll('?', '.')
          .replaceAll('*', '.*')}$`,
        flags,
      );
    const applies = ({ actions, resources }: PolicyStatement): boolean => {
      for (const pattern of actions) {
        if (!expression(pattern, 'i').test(action)) continue;
        for (const named of resources) if (expression(named, '').test(resource)) return true;
      }
      return false;
    };
    if (statements.filter(({ effect }) => effect === 'Deny').some(applies)) return 'explicitly denied';
    return statements.filter(({ effect }) => effect === 'Allow').some(applies) ? 'allowed' : 'denied';
  }

  const names = ['worker', 'reply_to', 'sanity-worker-1', 'w'];
  const resources = [
    clusterArn,
    ...(['topic', 'group', 'transactional-id'] as const).flatMap((kind) => names.map((name) => arn(kind, name))),
  ];
  /** A text with a part of it replaced by a wildcard. */
  const blurred = (texts: readonly string[]): fc.Arbitrary<string> =>
    fc
      .tuple(fc.constantFrom(...texts), fc.nat(), fc.nat(20), fc.constantFrom('*', '?', ''))
      .map(([given, at, length, wild]) => {
        if (wild === '') return given;
        const from = at % given.length;
        return `${given.slice(0, from)}${wild}${given.slice(from + (wild === '?' ? 1 : length))}`;
      });
  const anyStatement: fc.Arbitrary<PolicyStatement> = fc.record({
    path: fc.constant('test'),
    effect: fc.constantFrom('Allow' as const, 'Allow' as const, 'Deny' as const),
    actions: fc.array(
      fc.oneof(blurred(kafkaActionNames), fc.constantFrom('*', 'kafka-cluster:*', 'KAFKA-CLUSTER:READDATA')),
      { minLength: 1, maxLength: 4 },
    ),
    resources: fc.array(fc.oneof(blurred(resources), fc.constant('*')), { minLength: 1, maxLength: 4 }),
  });

  test('what a brute-force evaluator says', () => {
    const seen: Record<string, number> = {};
    fc.assert(
      fc.property(
        fc.array(anyStatement, { maxLength: 5 }),
        fc.constantFrom(...kafkaActionNames),
        fc.constantFrom(...resources),
        (statements, action, resource) => {
          const expected = bruteForce(statements, action, resource);
          seen[expected] = (seen[expected] ?? 0) + 1;
          expect(decide(statements, action, resource)).toBe(expected);
        },
      ),
      { numRuns: 3_000 },
    );
    // All three answers were met, not only the easy one.
    for (const decision of ['allowed', 'denied', 'explicitly denied']) expect(seen[decision]).toBeGreaterThan(30);
  });
});

describe('a permissions boundary', () => {
  const all = statement('Allow', 'kafka-cluster:*', '*');
  test.each<[string, PolicyStatement[], PolicyStatement[], string]>([
    ['leaves what it allows', [all], [statement('Allow', 'kafka-cluster:Read*', '*')], 'allowed'],
    ['takes what it does not allow', [all], [statement('Allow', 'kafka-cluster:Write*', '*')], 'denied'],
    ['denies', [all], [all, statement('Deny', 'kafka-cluster:ReadData', '*')], 'explicitly denied'],
    ['gives nothing', [], [all], 'denied'],
    ['does not weaken a denial', [all, statement('Deny', '*', '*')], [], 'explicitly denied'],
  ])('%s', (_, statements, boundary, expected) => {
    expect(decideForRole({ ...rights(...statements), boundary }, 'kafka-cluster:ReadData', worker)).toBe(expected);
  });
});

describe('a policy managed by AWS', () => {
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
    // One that came after our data: AWS would have made it known.
    ['SomethingNewAccess', 'denied'],
    ['constructor', 'denied'],
    ['__proto__', 'denied'],
  ])('%s: reading is %s', (name, expected) => {
    expect(may(`arn:aws:iam::aws:policy/${name}`)).toBe(expected);
  });

  test('what looks at everything looks at a cluster’s data', () => {
    const rights = roleRights({ ...role, managedPolicies: ['arn:aws:iam::aws:policy/SecurityAudit'] });
    expect(decideForRole(rights, 'kafka-cluster:DescribeTopic', worker)).toBe('allowed');
  });

  test('as a boundary, too', () => {
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
