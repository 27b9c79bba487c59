import { refusal, Refusals } from '../../refusal.js';
import { allowsKafka, isAwsManaged } from '../../policy/managed-policies.js';
import { roleArn, roleName } from '../resolve/kinds.js';
import type { PolicyModel, RoleModel } from '../model.js';
import { attachedPolicies, readPolicy, saysAnythingOfKafka, type AttachedPolicy } from './policies.js';
import type { Resolving } from '../resolve/resolving.js';
import { resourcesOf, type Resource } from '../resolve/resources.js';
import type { Section } from '../resolve/section.js';

/** A role of the template, read no further than asked. */
export class TemplateRole {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly #resource: Resource;
  readonly #attached: readonly AttachedPolicy[];

  constructor(resource: Resource, attached: readonly AttachedPolicy[]) {
    this.#resource = resource;
    this.logicalId = resource.logicalId;
    this.name = roleName(resource);
    this.arn = roleArn(resource);
    this.#attached = attached;
  }

  /**
   * Whether any policy of the role speaks of a cluster's data. One that does is enough, whatever the others are.
   *
   * @throws pubsub_error `template_refused` when none does, and one cannot be read
   */
  mayUseKafka(): boolean {
    const { properties } = this.#resource;
    const refusals = new Refusals();
    const found = [
      () => this.#inline().some((policy) => saysAnythingOfKafka(policy.get('PolicyDocument'))),
      () => this.#others().some((policy) => policy.saysAnythingOfKafka()),
      () => properties.get('ManagedPolicyArns').texts().some(allowsKafka),
    ].some((says) => refusals.try(says) === true);
    if (!found) refusals.throwIfAny();
    return found;
  }

  /** @throws pubsub_error `template_refused` for a policy that cannot be read, or is not in the template */
  read(): RoleModel {
    const { properties, path } = this.#resource;
    const managedPolicies = this.#awsManaged();
    const boundary = properties.get('PermissionsBoundary').optionalText();
    return {
      logicalId: this.logicalId,
      name: this.name,
      arn: this.arn,
      path,
      policies: this.#policies().map(({ policy }) => policy),
      managedPolicies,
      ...(boundary === undefined ? {} : { permissionsBoundary: this.#boundary(boundary) }),
    };
  }

  /** Where the statements about a cluster's data stand, and whether another role may have them too. */
  statementPlaces(): { path: string; shared: boolean }[] {
    return this.#policies().flatMap(({ policy, shared }) => policy.statements.map(({ path }) => ({ path, shared })));
  }

  #policies(): { policy: PolicyModel; shared: boolean }[] {
    return [
      ...this.#inline().map((policy) => ({
        policy: readPolicy(policy.get('PolicyName').text(), policy.get('PolicyDocument')),
        shared: false,
      })),
      ...this.#others().map((policy) => ({ policy: policy.read(), shared: policy.shared })),
    ];
  }

  #inline(): Section[] {
    return this.#resource.properties.get('Policies').items();
  }

  /** Policies that are resources of their own, attached from either side. */
  #others(): AttachedPolicy[] {
    const named = this.#resource.properties.get('ManagedPolicyArns').texts();
    return this.#attached.filter(
      ({ roles, arn }) => roles.includes(this.name) || (arn !== undefined && named.includes(arn)),
    );
  }

  #awsManaged(): string[] {
    const section = this.#resource.properties.get('ManagedPolicyArns');
    return section.texts().filter((arn) => {
      if (this.#attached.some((policy) => policy.arn === arn)) return false;
      if (isAwsManaged(arn)) return true;
      throw refusal(section.path, `${arn} is not in the template: what it allows is unknown`);
    });
  }

  #boundary(arn: string): { arn: string; policy?: PolicyModel } {
    const policy = this.#attached.find((candidate) => candidate.arn === arn);
    if (policy !== undefined) return { arn, policy: policy.read() };
    if (isAwsManaged(arn)) return { arn };
    throw refusal(
      `${this.#resource.path}.Properties.PermissionsBoundary`,
      `${arn} is not in the template: what it leaves of the role’s rights is unknown`,
      'A rehearsal never passes over a boundary: put the policy into the template.',
    );
  }
}

export function templateRoles(resolving: Resolving): TemplateRole[] {
  const attached = attachedPolicies(resolving);
  return resourcesOf(resolving, 'AWS::IAM::Role').map((resource) => new TemplateRole(resource, attached));
}
