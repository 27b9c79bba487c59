import { concernsKafka } from '../../policy/document/actions-meant.js';
import {
  policyStatement,
  refuseStatementList,
  type PolicyStatement,
  type StatementOptions,
} from '../../policy/document/statement.js';
import { isMistake, isProblem, problem, Problems, someOf } from '../../problem.js';
import type { PolicyModel } from '../model.js';
import { managedPolicyArn, managedPolicyName } from '../resolve/kinds.js';
import { declaredOf, canBeMade } from '../resolve/resources.js';
import type { Resolving } from '../resolve/resolving.js';
import type { Section } from '../resolve/section.js';

/** What a policy says about a cluster's data: it may allow something, it only denies, or nothing. */
export type AboutKafka = 'allows' | 'denies' | 'nothing';

/** A policy that is a separate resource. */
export interface AttachedPolicy {
  readonly logicalId: string;
  /** Of AWS::IAM::ManagedPolicy. */
  readonly arn: string | undefined;
  /** Whether another role has it too, or may have it. */
  readonly shared: boolean;
  /**
   * Whether it is attached to this role.
   *
   * @throws pubsub_error `template_refused` if that is unknown, and it may be about a cluster's data
   */
  isOf(role: PolicyOwner): boolean;
  /**
   * Whether a part of a role names it, as a managed policy or as the boundary.
   *
   * @throws pubsub_error `template_refused` if it refers to this policy, and the stack does not create the policy
   */
  isNamedBy(section: Section): boolean;
  /** What it says about a cluster's data. */
  aboutKafka(): AboutKafka;
  /** Called if a role that the rehearsal uses has it. */
  read(problems: Problems): PolicyModel;
}

/** Policies that are separate resources: AWS::IAM::Policy, AWS::IAM::RolePolicy, AWS::IAM::ManagedPolicy. */
export function attachedPolicies(resolving: Resolving): AttachedPolicy[] {
  const inline = declaredOf(resolving, 'AWS::IAM::Policy', 'AWS::IAM::RolePolicy');
  return [...inline, ...declaredOf(resolving, 'AWS::IAM::ManagedPolicy')].map((policy): AttachedPolicy => {
    const { logicalId, type, properties } = policy;
    const isManaged = type === 'AWS::IAM::ManagedPolicy';
    const document = (): Section => properties.get('PolicyDocument');
    const owners = (): (() => Section)[] => [...properties.get('Roles').eachLazily(), () => properties.get('RoleName')];
    // The owners of a policy that is not created may not be created either.
    const isOf = (role: PolicyOwner): boolean =>
      canBeMade(policy) && someOf(owners(), (owner) => isNamed(owner(), role)) && policy.isMade();
    const name = (): string =>
      isManaged ? managedPolicyName(policy) : properties.lenient.get('PolicyName').textOr(logicalId);
    return {
      logicalId,
      get arn() {
        return isManaged ? managedPolicyArn(policy) : undefined;
      },
      get shared() {
        return isManaged || properties.lenient.get('Roles').each().length > 1;
      },
      isOf: (role) =>
        unlessOther(
          () => isOf(role),
          document,
          () => canName(properties, role),
        ),
      isNamedBy: (section) => {
        if (section.refersTo() === logicalId) {
          section.refuseMistake();
          return true;
        }
        // Policies whose conditions exclude each other may have the same name.
        return isManaged && canBeMade(policy) && section.known() === managedPolicyArn(policy) && policy.isMade();
      },
      aboutKafka: () => (policy.isMade() ? aboutKafka(document()) : 'nothing'),
      read: (problems) => readPolicy(name(), document(), problems),
    };
  });
}

/**
 * Whether a policy is attached to a role: that need not be known if the policy says nothing about a cluster's data, or
 * if the unknown part cannot name the role.
 */
function unlessOther(question: () => boolean, document: () => Section, canBeNamed: () => boolean): boolean {
  try {
    return question();
  } catch (error) {
    if (!isProblem(error)) throw error;
    if (canBeAboutKafka(document) && (isMistake(error) || canBeNamed())) throw error;
    return false;
  }
}

function canBeAboutKafka(document: () => Section): boolean {
  try {
    return aboutKafka(document()) !== 'nothing';
  } catch (error) {
    if (!isProblem(error)) throw error;
    return true;
  }
}

/** A role, as policies name it. */
export interface PolicyOwner {
  readonly logicalId: string;
  readonly name: string;
  /** Whether the template gives the name. One that CloudFormation generates is in no parameter or import. */
  readonly isNameGiven: boolean;
}

/** Whether a string of the template names this role: by a reference, else by its name. */
function isNamed(owner: Section, role: PolicyOwner): boolean {
  return owner.refersTo() === role.logicalId || (canBe(owner, role) && owner.text() === role.name);
}

/** Whether a policy names this role, whatever the unknown values in the names of its roles are. */
function canName(properties: Section, role: PolicyOwner): boolean {
  if (!properties.isObject) return true;
  const owners = ['Roles', 'RoleName'].flatMap((key) => properties.lenient.get(key).alternatives());
  return owners.some((owner) => canBe(owner, role));
}

function canBe(owner: Section, { logicalId, name, isNameGiven }: PolicyOwner): boolean {
  if (!owner.present) return false;
  const known = owner.known();
  return known === undefined ? isNameGiven || owner.canMention(logicalId) : known === name;
}

/**
 * One policy, of which only the statements about a cluster's data are resolved completely.
 * @param options the kind of policy
 */
export function readPolicy(
  name: string,
  section: Section,
  problems: Problems,
  options: Pick<StatementOptions, 'kind'> = {},
): PolicyModel {
  const document = problems.try(() => {
    if (section.present) return section.document();
    throw problem(section.path, 'is missing');
  });
  const listed = document === undefined ? undefined : problems.try(() => statementSections(document));
  const read = listed?.map((statement) => problems.try(statement));
  const statements = (read ?? []).flatMap((statement) => (statement?.present === true ? statement : []));
  // A list is judged if all of it is known.
  if (document !== undefined && read?.every((statement) => statement !== undefined) === true) {
    const sids = statements.map((statement) => (statement.isObject ? statement.get('Sid').known() : undefined));
    const pathOf = (index: number): string => statements[index]?.path ?? document.path;
    problems.try(() => refuseStatementList(sids, document.path, pathOf, options));
  }
  const version = document === undefined ? undefined : versionOf(document);
  return {
    name,
    path: section.path,
    statements: statements.flatMap(
      (statement) => problems.try(() => readStatement(statement, { ...options, version })) ?? [],
    ),
  };
}

/** What a policy says about a cluster's data; reads only its actions, its effects, and the services of its resources. */
export function aboutKafka(section: Section): AboutKafka {
  return strongest(statementSections(section.document()).map((statement) => () => ofStatement(statement())));
}

/**
 * The combination of several: one that allows is enough, whatever the others are.
 *
 * @throws pubsub_error `template_refused` if none allows, and one cannot be read
 */
export function strongest(all: readonly (() => AboutKafka)[]): AboutKafka {
  const problems = new Problems();
  let found: AboutKafka = 'nothing';
  for (const one of all) {
    const said = problems.try(one);
    if (said === 'allows') return said;
    if (said === 'denies') found = said;
  }
  problems.throwIfAny();
  return found;
}

/** An effect that is unknown or wrong may be meant as Allow, so the statement is checked. */
function ofStatement(statement: Section): AboutKafka {
  if (!statement.present || !isOfKafka(statement) || isOfOtherServices(statement)) return 'nothing';
  return statement.lenient.get('Effect').known() === 'Deny' ? 'denies' : 'allows';
}

/** A single statement counts as a list. A condition may choose one: each is read on its own. */
function statementSections(document: Section): (() => Section)[] {
  const statement = document.get('Statement');
  if (!statement.present) throw problem(document.path, 'is not a policy document: it has no Statement');
  return statement.eachLazily();
}

/** The version that IAM assumes for a document. Undefined if it is unknown. */
function versionOf(document: Section): string | undefined {
  const version = document.lenient.get('Version');
  return version.present ? version.known() : '2008-10-17';
}

/** NotAction is about all other actions, so also about Kafka's. */
function isOfKafka(statement: Section): boolean {
  const actions = statement.get('Action');
  return !actions.present || someOf(actions.eachLazily(), (action) => action().texts().some(concernsKafka));
}

/** Whether all resources are known, and are resources of services other than MSK. */
function isOfOtherServices(statement: Section): boolean {
  const resources = statement.lenient.get('Resource');
  if (!resources.present || isEmptyList(resources)) return false;
  return resources.eachLazily().every((resource) => {
    const service = /^arn:[\w-]+:([\w-]+):/.exec(resource().known() ?? '')?.[1];
    return service !== undefined && service !== 'kafka';
  });
}

function isEmptyList(section: Section): boolean {
  return section.isList && section.items().length === 0;
}

function readStatement(statement: Section, options: StatementOptions): PolicyStatement[] {
  if (!isOfKafka(statement) && !isEmptyList(statement.get('Action'))) return [];
  const problems = new Problems();
  // All open questions of a statement are asked at once.
  const parts = statement.entries().flatMap(([key, part]) => {
    const value = problems.try(() => part.value());
    return value === undefined ? [] : [[key, value] as const];
  });
  problems.throwIfAny();
  return [policyStatement(Object.fromEntries(parts), statement.path, options)].filter((read) => read !== undefined);
}
