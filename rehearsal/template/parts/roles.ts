import { isAwsManaged, managedStatements } from '../../policy/document/managed-policies.js';
import type { PolicyStatement } from '../../policy/document/statement.js';
import { Problems } from '../../problem.js';
import type { PolicyModel, RoleModel } from '../model.js';
import { roleArn, roleName } from '../resolve/kinds.js';
import { declaredOf, type Resource } from '../resolve/resources.js';
import type { Resolving } from '../resolve/resolving.js';
import type { Section } from '../resolve/section.js';
import { answeredPolicy, isDocument, knownName, policyUnknown } from './answered-policies.js';
import {
  aboutKafka,
  attachedPolicies,
  readPolicy,
  strongest,
  type AboutKafka,
  type AttachedPolicy,
  type PolicyOwner,
} from './policies.js';
import { samPolicies } from './sam-policies.js';
import { knownTags } from './tags.js';

/** A role that is read only as far as needed. */
export interface TemplateRole {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /**
   * What the role's policies say about a cluster's data. One that allows something is enough, whatever the others
   * are.
   *
   * @throws pubsub_error `template_refused` if none allows, and one cannot be read
   */
  aboutKafka(): AboutKafka;
  /** @param refusals gets everything that cannot be read, or is not in the template */
  read(problems: Problems): RoleModel;
}

/** A role of the template. */
export class OwnRole implements TemplateRole, PolicyOwner {
  readonly logicalId: string;
  /** What it names as managed policies, as far as it can be read. */
  #named: readonly Section[] | undefined;
  readonly #resource: Resource;
  readonly #resolving: Resolving;
  readonly #attached: readonly AttachedPolicy[];

  constructor(resource: Resource, attached: readonly AttachedPolicy[], resolving: Resolving) {
    this.#resource = resource;
    this.#resolving = resolving;
    this.logicalId = resource.logicalId;
    this.#attached = attached;
  }

  isMade(): boolean {
    return this.#resource.isMade();
  }

  get name(): string {
    return roleName(this.#resource);
  }

  get isNameGiven(): boolean {
    return this.#resource.properties.lenient.get('RoleName').present;
  }

  get arn(): string {
    return roleArn(this.#resource);
  }

  aboutKafka(): AboutKafka {
    return strongest([
      () => strongest(this.#inline().map((policy) => () => ofDocument(policy()?.document))),
      () => strongest(this.#attached.map((policy) => () => (this.#has(policy) ? policy.aboutKafka() : 'nothing'))),
      () => strongest(this.#managed().map((policy) => () => this.#aboutManaged(policy()))),
    ]);
  }

  read(problems: Problems): RoleModel {
    const { path, properties } = this.#resource;
    const policies = this.#policies(problems).map(({ policy }) => policy);
    const managed = this.#outside(problems);
    const boundary = problems.try(() => properties.get('PermissionsBoundary'));
    const limit = boundary?.present === true ? problems.try(() => this.#boundary(boundary, problems)) : undefined;
    return {
      logicalId: this.logicalId,
      name: this.name,
      arn: this.arn,
      path,
      policies: [...policies, ...managed.policies],
      managedPolicies: managed.arns,
      permissionsBoundary: limit,
      tags: knownTags(() => properties.get('Tags')),
    };
  }

  /** The places of the statements about a cluster's data, and whether another role may have them too. */
  statementPlaces(): { path: string; shared: boolean }[] {
    const problems = new Problems();
    const places = this.#policies(problems).flatMap(({ policy, shared }) =>
      policy.statements.map(({ path }) => ({ path, shared })),
    );
    problems.throwIfAny();
    return places;
  }

  #policies(problems: Problems): { policy: PolicyModel; shared: boolean }[] {
    const inline = eachRead(() => this.#inline(), problems);
    const others = this.#attached.filter((policy) => problems.try(() => this.#has(policy)) === true);
    return [
      ...inline.map(({ name, document }) => ({ policy: readPolicy(name, document, problems), shared: false })),
      ...others.map((policy) => ({ policy: policy.read(problems), shared: policy.shared })),
    ];
  }

  /** Its own policies, each read on its own. Undefined for what is not there. */
  #inline(): (() => InlinePolicy | undefined)[] {
    const { properties, logicalId } = this.#resource;
    const own = properties
      .get('Policies')
      .itemsLazily()
      .map((item, at) => () => {
        const policy = item();
        if (!policy.present) return undefined;
        return {
          name: policy.lenient.get('PolicyName').textOr(`${logicalId}Policy${at}`),
          document: policy.get('PolicyDocument'),
        };
      });
    const ofSam = samPolicies(this.#resource, this.#resolving).map((entry) => () => {
      const policy = entry();
      return policy?.document === undefined ? undefined : policy;
    });
    return [...own, ...ofSam];
  }

  /** Whether it has this policy, which is a separate resource: either may name the other. */
  #has(policy: AttachedPolicy): boolean {
    // Names that cannot be read are refused with the managed policies.
    this.#named ??= eachRead(() => this.#managed(), new Problems());
    return this.#named.some((section) => policy.isNamedBy(section)) || policy.isOf(this);
  }

  /** What the role names as managed policies: the template's, AWS's, and others. Each is read on its own. */
  #managed(): (() => Section | undefined)[] {
    return [
      ...this.#resource.properties
        .get('ManagedPolicyArns')
        .eachLazily()
        .map((item) => () => {
          const section = item();
          return section.present ? section : undefined;
        }),
      ...samPolicies(this.#resource, this.#resolving).map((entry) => () => entry()?.managed),
    ];
  }

  /** @throws pubsub_error `template_refused` for a policy that is neither in the template nor AWS's */
  #aboutManaged(section: Section | undefined): AboutKafka {
    if (section === undefined) return 'nothing';
    // Those of the template are looked at with the other resources.
    if (this.#attached.some((policy) => policy.isNamedBy(section))) return 'nothing';
    if (isDocument(section)) {
      const problems = new Problems();
      const { statements } = answeredPolicy(section, this.#resolving, problems);
      problems.throwIfAny();
      return aboutKafkaIn(statements);
    }
    return aboutKafkaIn(managedStatements(awsManaged(section, ALLOWS)));
  }

  /** Managed policies that are not in the template. */
  #outside(problems: Problems): { arns: string[]; policies: PolicyModel[] } {
    const found: { arns: string[]; policies: PolicyModel[] } = { arns: [], policies: [] };
    for (const section of eachRead(() => this.#managed(), problems)) {
      problems.try(() => {
        if (this.#attached.some((policy) => policy.isNamedBy(section))) return;
        if (isDocument(section)) {
          found.policies.push(answeredPolicy(section, this.#resolving, problems));
          return;
        }
        found.arns.push(awsManaged(section, ALLOWS));
      });
    }
    return found;
  }

  #boundary(section: Section, problems: Problems): RoleModel['permissionsBoundary'] {
    const policy = this.#attached.find((candidate) => candidate.isNamedBy(section));
    if (policy !== undefined) return { arn: policy.arn ?? policy.logicalId, policy: policy.read(problems) };
    if (isDocument(section)) {
      return { arn: section.path, policy: answeredPolicy(section, this.#resolving, problems) };
    }
    return { arn: awsManaged(section, 'which of the role’s rights it allows is unknown') };
  }
}

interface InlinePolicy {
  readonly name: string;
  readonly document: Section;
}

/** All that can be read. */
function eachRead<T>(list: () => readonly (() => T | undefined)[], problems: Problems): T[] {
  return (problems.try(list) ?? []).flatMap((one) => problems.try(one) ?? []);
}

function ofDocument(document: Section | undefined): AboutKafka {
  return document === undefined ? 'nothing' : aboutKafka(document);
}

/** What statements about a cluster's data say. */
function aboutKafkaIn(statements: readonly Pick<PolicyStatement, 'effect'>[]): AboutKafka {
  return strongest(
    statements.map(
      ({ effect }) =>
        () =>
          effect === 'Allow' ? 'allows' : 'denies',
    ),
  );
}

export function templateRoles(resolving: Resolving): OwnRole[] {
  const attached = attachedPolicies(resolving);
  return declaredOf(resolving, 'AWS::IAM::Role').map((resource) => new OwnRole(resource, attached, resolving));
}

const ALLOWS = 'what it allows is unknown';

/**
 * The ARN of an AWS-managed policy.
 *
 * @throws pubsub_error `template_refused` that asks for the document of any other policy that is not in the template
 */
function awsManaged(section: Section, unknown: string): string {
  const hint = 'POLICY.json is a file with the policy document. The ARN of an AWS-managed policy is an answer too.';
  const arn = knownName(section, unknown, hint);
  if (isAwsManaged(arn)) return arn;
  throw policyUnknown(section, `${arn} is not in the template: ${unknown}`, hint);
}
