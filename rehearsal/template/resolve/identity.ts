import { createHash } from 'node:crypto';
import type { Place } from '../load/place.js';

/**
 * Generates what CloudFormation generates: parts of names, and ids. They are derived from the stack's place and the
 * resource, so that two readings of a template are equal.
 */
function digest(place: Place, logicalId: string, use: string): string {
  const { stackName, region, account } = place;
  return createHash('sha256')
    .update(JSON.stringify([stackName, region, account, logicalId, use]))
    .digest('hex');
}

export interface NameRules {
  /** The largest number of characters that the service accepts. */
  readonly maximum: number;
  readonly lowerCase?: boolean | undefined;
}

/** "SanityStack-WorkerFunctionAF8A26AF-1B2C3D4E5F60", shortened for services that accept fewer characters. */
export function physicalName(place: Place, logicalId: string, { maximum, lowerCase }: NameRules): string {
  const suffix = digest(place, logicalId, 'name').slice(0, 12).toUpperCase();
  const room = maximum - suffix.length - 2;
  const id = logicalId.slice(0, Math.max(Math.ceil(room / 2), room - place.stackName.length));
  const name = `${place.stackName.slice(0, room - id.length)}-${id}-${suffix}`;
  return lowerCase === true ? name.toLowerCase() : name;
}

/** "sg-0123456789abcdef0" */
export function resourceId(place: Place, logicalId: string, prefix: string): string {
  return `${prefix}-0${digest(place, logicalId, prefix).slice(0, 16)}`;
}

/** A UUID, the same each time. */
export function uuidOf(place: Place, logicalId: string): string {
  const hex = digest(place, logicalId, 'uuid');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export function stackIdOf(place: Place): string {
  const { partition, region, account, stackName } = place;
  return `arn:${partition}:cloudformation:${region}:${account}:stack/${stackName}/${uuidOf(place, '')}`;
}
