import { pubsub_error } from '../../../src/base/error.js';

/** A role, the credentials that its clients sign with, and the rights that no ACL can express. */
export interface GatewayRole {
  /** `arn:aws:iam::123456789012:role/name`; Kafka knows the client as `User:` and this. */
  arn: string;
  accessKeyId: string;
  secretAccessKey: string;
  /**
   * If given, a login must contain exactly this session token, as with temporary credentials; otherwise it must not
   * contain one.
   */
  sessionToken?: string | undefined;
  /** The identity that a client must keep when it logs in again on the same connection. @default `arn` */
  sessionArn?: string | undefined;
  /** Whether its policy grants `kafka-cluster:Connect`. */
  readonly mayConnect: boolean;
  /** Whether its policy grants `kafka-cluster:WriteDataIdempotently`. */
  readonly mayWriteIdempotently: boolean;
  /** Why its policy does not grant the right, one clause without a full stop. @default no reason is given */
  whyNot?: ((right: 'connect' | 'writeIdempotently') => string) | undefined;
}

/** "kafka-cluster:Connect is not granted: no statement of worker.json allows it" */
export function notGranted({ whyNot }: GatewayRole, right: 'connect' | 'writeIdempotently', more = ''): string {
  const action = right === 'connect' ? 'Connect' : 'WriteDataIdempotently';
  const why = whyNot?.(right);
  return `kafka-cluster:${action} is not granted${more}${why === undefined ? '' : `: ${why}`}`;
}

export type RoleSource = readonly GatewayRole[] | (() => readonly GatewayRole[]);

/**
 * The known roles, by access key, and the region that all of them sign for. A `Map`, so that a key id `constructor`
 * finds nothing.
 */
export class Roles {
  #source: RoleSource = [];
  #byKey: ReadonlyMap<string, GatewayRole> = new Map();
  #region: string;

  constructor(source: RoleSource, region: string) {
    this.#region = region;
    this.set(source);
  }

  get region(): string {
    return this.#region;
  }

  /**
   * From now on these roles. Open connections stay open; they gain or lose the right to write idempotently.
   *
   * @param region @default unchanged
   */
  set(source: RoleSource, region = this.#region): void {
    this.#region = region;
    // Read now, so that a mistake is found here and not at a login.
    this.#byKey = indexed(typeof source === 'function' ? source() : source);
    this.#source = source;
  }

  find(accessKeyId: string): GatewayRole | undefined {
    if (typeof this.#source === 'function') this.#byKey = indexed(this.#source());
    return this.#byKey.get(accessKeyId);
  }
}

function indexed(roles: readonly GatewayRole[]): ReadonlyMap<string, GatewayRole> {
  const byKey = new Map<string, GatewayRole>();
  for (const role of roles) {
    if (role.accessKeyId === '' || role.secretAccessKey === '' || role.arn === '') {
      throw new pubsub_error('argument_invalid', 'local_kafka', 'a role needs an ARN, an access key id and a secret', {
        details: { role: role.arn },
      });
    }
    const other = byKey.get(role.accessKeyId);
    if (other !== undefined) {
      const sentence = `the roles ${other.arn} and ${role.arn} have the same access key id`;
      throw new pubsub_error('argument_invalid', 'local_kafka', sentence);
    }
    byKey.set(role.accessKeyId, role);
  }
  return byKey;
}
