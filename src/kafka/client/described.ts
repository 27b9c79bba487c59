import type { AclBinding, GroupDescription } from './broker-apis.js';

/** A member of a group, with the fields of Kafka's protocol. Both client libraries have it like this. */
export interface DescribedMember {
  readonly memberId: string;
  readonly clientId: string;
  readonly clientHost: string;
  readonly memberMetadata: Buffer;
  readonly memberAssignment: Buffer;
}

export function describedMember({
  memberId,
  clientId,
  clientHost: host,
  memberMetadata: metadata,
  memberAssignment: assignment,
}: DescribedMember): GroupDescription['members'][number] {
  return { memberId, clientId, host, metadata, assignment };
}

/** The ACLs of a resource, with the fields of Kafka's protocol. Both client libraries have them like this. */
export interface DescribedResource {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly resourcePatternType: number;
  readonly acls: readonly {
    readonly principal: string;
    readonly host: string;
    readonly operation: number;
    readonly permissionType: number;
  }[];
}

export function describedAcls({
  resourceType,
  resourceName,
  resourcePatternType: patternType,
  acls,
}: DescribedResource): AclBinding[] {
  return acls.map(({ principal, host, operation, permissionType: permission }) => ({
    principal,
    host,
    resourceType,
    resourceName,
    patternType,
    operation,
    permission,
  }));
}
