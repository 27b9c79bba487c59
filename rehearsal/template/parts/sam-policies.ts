import { mistake } from '../../problem.js';
import { managedPolicyPath } from '../../policy/document/managed-policies.js';
import type { Resource } from '../resolve/resources.js';
import type { Resolving } from '../resolve/resolving.js';
import { Section } from '../resolve/section.js';
import { isSamPolicyTemplate } from '../sam/policy-templates.js';
import { SAM_POLICIES_KEY } from '../sam/roles.js';

/** An entry of `Policies` of a SAM function: a document, or the name or ARN of a managed policy. */
export type SamPolicy =
  | { readonly name: string; readonly document: Section; readonly managed?: undefined }
  | { readonly managed: Section; readonly document?: undefined };

/**
 * What `Policies` of a SAM function says about the role that SAM creates for it, each entry read on its own.
 * Undefined for a policy template of SAM: none of them grants rights on a cluster's data.
 */
export function samPolicies(
  { logicalId, properties }: Resource,
  resolving: Resolving,
): (() => SamPolicy | undefined)[] {
  return properties
    .get(SAM_POLICIES_KEY)
    .eachLazily()
    .map((entry, at) => () => {
      const policy = entry();
      if (!policy.present) return undefined;
      if (!policy.isObject) return { managed: byName(policy, resolving) };
      if (!isSamPolicyTemplate(policy.keys)) return { name: `${logicalId}Policy${at}`, document: policy };
      refuseKafkaTemplate(policy);
      return undefined;
    });
}

/** A template that would be about Kafka: SAM has none. */
function refuseKafkaTemplate({ keys: [name = ''], path }: Section): void {
  if (!/kafka|msk/i.test(name)) return;
  throw mistake(
    `${path}.${name}`,
    'is not a policy template of SAM, which has none for Kafka',
    'Write a policy document: Policies: [{ Version: "2012-10-17", Statement: … }].',
  );
}

/** SAM accepts an AWS-managed policy by its name only. */
function byName(policy: Section, resolving: Resolving): Section {
  const text = policy.refersTo() === undefined ? policy.known() : undefined;
  if (text === undefined || !/^[\w-]+$/.test(text)) return policy;
  const { partition } = resolving.place;
  return new Section(resolving, `arn:${partition}:iam::aws:policy/${managedPolicyPath(text)}`, policy.path);
}
