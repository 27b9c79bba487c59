import { answerOption } from '../../answers.js';
import type { Remarks } from '../remarks.js';
import { physicalName } from './identity.js';
import type { Thing } from './kinds.js';
import type { Resolved } from './values.js';

/**
 * What an attribute of a type that is not described here is, as far as that follows without knowing the type: a property
 * of the same name, and an ARN of the type's own service. None of MSK's data has such an ARN, so that nothing which
 * decides can rest on it.
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
    reason: `${key} (${type}) is known only to a deployed stack`,
    ask: answerOption(key),
  });
  return value;
}

/** A text that a deployed stack's `Ref` might be: the name that the template gives, or one as CloudFormation makes it. */
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

/** Types of AWS whose attributes are not for the stack to say are those of other stacks and of code. */
function isAws(type: string): boolean {
  return type.startsWith('AWS::') && !type.startsWith('AWS::CloudFormation::');
}
