import { answerOption } from '../../answers.js';
import type { Remarks } from '../remarks.js';
import { physicalName } from './identity.js';
import type { Thing } from './kinds.js';
import type { Resolved } from './values.js';

/**
 * The value of an attribute of a type that is not described here, if it can be derived without knowing the type: from
 * a property of the same name, or as an ARN of the type's own service. MSK's data has no such ARN, so nothing that
 * decides can depend on it.
 */
export function otherAttribute(thing: Thing, name: string, path: string, remarks: Remarks): Resolved | undefined {
  const { type, properties } = thing;
  const property = properties.get(name);
  if (property.present) return property.value();
  if (!isAws(type) || !/Arn$/.test(name)) return undefined;
  const key = `${thing.logicalId}.${name}`;
  const value = arnOf(thing);
  remarks.madeUp({
    path,
    value,
    reason: `${key} (${type}) is known only after the deployment`,
    ask: answerOption(key),
  });
  return value;
}

/** A string that may be the `Ref` of a deployed stack: the name from the template, or one in CloudFormation's form. */
export function otherReference({ logicalId, type, place, properties }: Thing): string {
  const kind = type.split('::').at(-1) ?? type;
  const made = physicalName(place, logicalId, { maximum: 255 });
  const name = ['Name', `${kind}Name`].map((key) => properties.lenient.get(key)).find(({ present }) => present);
  return name?.textOr(made) ?? made;
}

/** "arn:aws:states:eu-west-1:111122223333:statemachine/…" */
function arnOf(thing: Thing): string {
  const { type, place } = thing;
  const [, service = '', kind = ''] = type.toLowerCase().split('::');
  return `arn:${place.partition}:${service}:${place.region}:${place.account}:${kind}/${otherReference(thing)}`;
}

/** Types of AWS. Attributes of other types are defined by other stacks and by code. */
function isAws(type: string): boolean {
  return type.startsWith('AWS::') && !type.startsWith('AWS::CloudFormation::');
}
