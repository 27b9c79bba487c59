import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { planRehearsal } from '../../../rehearsal/plan/plan.js';
import { decideForRole } from '../../../rehearsal/policy/index.js';
import { functionResource } from '../template/support/function-resource.js';

interface Seen {
  /** Whether the role may connect. */
  readonly decision: string;
  readonly notes: readonly string[];
}

/** A cluster whose policy allows a principal to connect, or denies it, and functions with one role. */
function planned(
  principal: unknown,
  { effect = 'Allow', functions = ['F'], not = false }: { effect?: string; functions?: string[]; not?: boolean } = {},
): Seen {
  const folder = mkdtempSync(join(tmpdir(), 'sessions-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const own = {
    Effect: 'Allow',
    // Connect is left to the policy of the cluster, unless that one denies it.
    Action: effect === 'Deny' ? 'kafka-cluster:*' : 'kafka-cluster:DescribeTopic',
    Resource: '*',
  };
  const ofCluster = {
    Effect: effect,
    [not ? 'NotPrincipal' : 'Principal']: { AWS: principal },
    Action: 'kafka-cluster:Connect',
    Resource: '*',
  };
  const document = (statement: object) => ({ Version: '2012-10-17', Statement: [statement] });
  const template = {
    Resources: {
      A: {
        Type: 'AWS::MSK::Cluster',
        Properties: { ClusterName: 'shop', ClientAuthentication: { Sasl: { Iam: { Enabled: true } } } },
      },
      P: {
        Type: 'AWS::MSK::ClusterPolicy',
        Properties: { ClusterArn: { Ref: 'A' }, Policy: document(ofCluster) },
      },
      R: {
        Type: 'AWS::IAM::Role',
        Properties: {
          Path: '/service/',
          RoleName: 'worker',
          Policies: [{ PolicyName: 'p', PolicyDocument: document(own) }],
        },
      },
      ...Object.fromEntries(functions.map((id) => [id, functionResource('R')])),
    },
  };
  const file = join(folder, 'Orders.template.json');
  writeFileSync(file, JSON.stringify(template));
  const { rights } = planRehearsal(file, {});
  return {
    decision: decideForRole(rights.roles.get('R')!, 'kafka-cluster:Connect', rights.clusterArn),
    notes: rights.remarks.filter(({ path }) => path.includes('Principal')).map(({ sentence }) => sentence),
  };
}

const session = (name: string) => ({
  'Fn::Sub': `arn:aws:sts::\${AWS::AccountId}:assumed-role/worker/${name}`,
});
const account = { Ref: 'AWS::AccountId' };
const role = { 'Fn::GetAtt': ['R', 'Arn'] };

describe('the session of a function has the function’s name', () => {
  test.each<[string, unknown, Parameters<typeof planned>[1], string]>([
    ['its session is allowed', session('${F}'), {}, 'allowed'],
    ['another session is allowed', session('someone'), {}, 'denied'],
    [
      'a session of another role',
      { 'Fn::Sub': 'arn:aws:sts::${AWS::AccountId}:assumed-role/other/${F}' },
      {},
      'denied',
    ],
    ['its session is denied', session('${F}'), { effect: 'Deny' }, 'explicitly denied'],
    ['another session is denied', session('someone'), { effect: 'Deny' }, 'allowed'],
    ['all but its session are denied', [session('${F}'), role, account], { effect: 'Deny', not: true }, 'allowed'],
    [
      'all but another session are denied',
      [session('someone'), role, account],
      { effect: 'Deny', not: true },
      'explicitly denied',
    ],
  ])('%s', (_, principal, options, decision) => {
    expect(planned(principal, options).decision).toBe(decision);
  });

  test('a session that no function has is a note', () => {
    expect(planned(session('${F}')).notes).toEqual([]);
    expect(planned(role).notes).toEqual([]);
    expect(planned(session('someone')).notes).toEqual([
      expect.stringMatching(
        /assumed-role\/worker\/someone is not the session of a function that runs here, which is arn:aws:sts::\d+:assumed-role\/worker\/\S+: Lambda/,
      ),
    ]);
  });
});

describe('functions that share a role have its rights together', () => {
  const functions = ['F', 'G'];

  test('the session of one of them counts for both, which is a note', () => {
    const { decision, notes } = planned(session('${G}'), { functions });
    expect(decision).toBe('allowed');
    expect(notes).toEqual([
      expect.stringContaining('is the session of G; here it counts for all functions of the role (F, G)') as string,
    ]);
  });

  test('a session of neither does not count', () => {
    expect(planned(session('someone'), { functions }).decision).toBe('denied');
  });
});
