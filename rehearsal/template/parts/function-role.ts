import { isMistake, isProblem, mistake, type Problems } from '../../problem.js';
import type { PolicyModel, RoleModel } from '../model.js';
import { canBeMade, type Resource } from '../resolve/resources.js';
import type { Resolving } from '../resolve/resolving.js';
import type { Section } from '../resolve/section.js';
import { answeredPolicy, isDocument, knownName, policyUnknown } from './answered-policies.js';
import type { AboutKafka } from './policies.js';
import type { OwnRole, TemplateRole } from './roles.js';

/**
 * The role of a function, if it is in the template, or if an answer gives its policy.
 *
 * @throws pubsub_error `template_refused` for a role whose policies are unknown
 */
export function functionRole(
  { logicalId, properties, place }: Resource,
  roles: readonly OwnRole[],
  resolving: Resolving,
): TemplateRole {
  const section = properties.get('Role');
  const id = section.refersTo();
  const direct = roles.find((role) => role.logicalId === id);
  if (direct !== undefined) {
    refuseName(section, direct);
    return direct;
  }
  if (isDocument(section)) {
    const name = `${logicalId}-role`;
    const arn = `arn:${place.partition}:iam::${place.account}:role/${name}`;
    const policy = (problems: Problems): PolicyModel => answeredPolicy(section, resolving, problems);
    return new OutsideRole(`${logicalId}.Role`, name, arn, policy, section.path);
  }
  const given = knownName(section, 'its rights are unknown');
  // Roles whose conditions exclude each other may have the same name.
  const found = roles.find((role) => canBeMade(role) && [role.arn, role.name].includes(given) && role.isMade());
  if (found !== undefined) {
    refuseName(section, found);
    return found;
  }
  throw policyUnknown(section, `${given} is not a role of the template: its rights are unknown`);
}

/**
 * Lambda takes the ARN of a role, and IAM attaches policies by its name: the two are easily confused.
 *
 * @throws pubsub_error `template_refused` for the name of a role, and for a function to which CloudFormation gives no
 * role
 */
function refuseName(section: Section, { logicalId }: OwnRole): void {
  let given: string;
  try {
    given = section.text();
  } catch (error) {
    // The role is known, even if another part of the text is not.
    if (!isProblem(error) || isMistake(error)) throw error;
    return;
  }
  if (given.startsWith('arn:')) return;
  throw mistake(
    section.path,
    `${JSON.stringify(given)} is the name of ${logicalId}, and Lambda requires its ARN`,
    `Write !GetAtt ${logicalId}.Arn (Fn::GetAtt: [${logicalId}, Arn]).`,
  );
}

/** A role that is not in the template, whose policy the user gave. */
class OutsideRole implements TemplateRole {
  constructor(
    readonly logicalId: string,
    readonly name: string,
    readonly arn: string,
    private readonly policy: (problems: Problems) => PolicyModel,
    private readonly path: string,
  ) {}

  aboutKafka(): AboutKafka {
    return 'allows';
  }

  read(problems: Problems): RoleModel {
    const { logicalId, name, arn, path } = this;
    return { logicalId, name, arn, path, policies: [this.policy(problems)], managedPolicies: [] };
  }
}
