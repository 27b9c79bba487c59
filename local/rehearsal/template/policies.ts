import { refusal } from '../refusal.js';
import { policyStatement, type PolicyStatement } from '../policy/statement.js';
import { concernsKafka } from '../policy/actions-meant.js';
import { managedPolicyArn, managedPolicyName } from './kinds.js';
import type { PolicyModel } from './model.js';
import type { Resolving } from './resolving.js';
import { resourcesOf } from './resources.js';
import type { Section } from './section.js';

/** A policy that is a resource of its own, and the names of the roles that it is attached to. */
export interface AttachedPolicy {
  readonly roles: readonly string[];
  /** For AWS::IAM::ManagedPolicy: roles may also name it. */
  readonly arn: string | undefined;
  /** Whether it is, or may be, another role's too. */
  readonly shared: boolean;
  saysAnythingOfKafka(): boolean;
  /** Read when a role that the rehearsal uses has it. */
  read(): PolicyModel;
}

/** Policies that stand beside roles: AWS::IAM::Policy, AWS::IAM::RolePolicy, AWS::IAM::ManagedPolicy. */
export function attachedPolicies(resolving: Resolving): AttachedPolicy[] {
  const inline = resourcesOf(resolving, 'AWS::IAM::Policy', 'AWS::IAM::RolePolicy').map(
    ({ properties }): AttachedPolicy => {
      const roles = [...properties.get('Roles').texts(), ...properties.get('RoleName').texts()];
      return {
        roles,
        arn: undefined,
        shared: roles.length > 1,
        saysAnythingOfKafka: () => saysAnythingOfKafka(properties.get('PolicyDocument')),
        read: () => readPolicy(properties.get('PolicyName').text(), properties.get('PolicyDocument')),
      };
    },
  );
  const managed = resourcesOf(resolving, 'AWS::IAM::ManagedPolicy').map((policy): AttachedPolicy => {
    const { properties } = policy;
    return {
      roles: properties.get('Roles').texts(),
      arn: managedPolicyArn(policy),
      shared: true,
      saysAnythingOfKafka: () => saysAnythingOfKafka(properties.get('PolicyDocument')),
      read: () => readPolicy(managedPolicyName(policy), properties.get('PolicyDocument')),
    };
  });
  return [...inline, ...managed];
}

/** One policy, of which only the statements about a cluster's data are resolved whole. */
export function readPolicy(name: string, document: Section): PolicyModel {
  if (!document.present) throw refusal(document.path, 'is missing');
  return { name, path: document.path, statements: statementSections(document).flatMap(readStatement) };
}

/** Whether a policy says anything about a cluster's data, read no further than its actions. */
export function saysAnythingOfKafka(document: Section): boolean {
  return statementSections(document).some(isOfKafka);
}

/** A single statement counts as a list. */
function statementSections(document: Section): Section[] {
  const statement = document.get('Statement');
  if (!statement.present) throw refusal(document.path, 'is no policy document: it has no Statement');
  return statement.isList ? statement.items() : [statement];
}

/** NotAction is about everything else, and so about Kafka. */
function isOfKafka(statement: Section): boolean {
  const actions = statement.get('Action');
  return !actions.present || actions.texts().some(concernsKafka);
}

function readStatement(statement: Section): PolicyStatement[] {
  if (!isOfKafka(statement)) return [];
  const body = Object.fromEntries(statement.entries().map(([key, part]) => [key, part.value()]));
  return [policyStatement(body, statement.path)].filter((read) => read !== undefined);
}
