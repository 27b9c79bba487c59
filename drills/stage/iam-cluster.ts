import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { startIamKafka, type GatewayRole, type IamKafka, type RefusalRecord } from '../../rehearsal/gateway/index.js';
import { withAdmin, NODE_COUNT } from './cluster.js';
import type { Place } from './place.js';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
const REGION = 'eu-west-1';
/** MSK's sessions last up to 15 minutes; these end often, under load. */
const SESSION_SECONDS = 15;
export const SESSION_MS = SESSION_SECONDS * 1_000;

/** A session of a role, with whose credentials its processes sign. */
export interface Session {
  readonly role: GatewayRole;
  readonly variables: Readonly<Record<string, string>>;
}

/** Three brokers behind the gateway that accepts MSK's logins. */
export class IamCluster implements AsyncDisposable {
  readonly #kafka: IamKafka;
  readonly refusals: readonly RefusalRecord[];
  readonly #admitted = new Set<Session>();
  readonly #sessions = new WeakMap<Place, Session>();

  private constructor(kafka: IamKafka, refusals: readonly RefusalRecord[]) {
    this.#kafka = kafka;
    this.refusals = refusals;
  }

  static async start(onProgress: (sentence: string) => void): Promise<IamCluster> {
    const refusals: RefusalRecord[] = [];
    const kafka = await startIamKafka({
      region: REGION,
      nodes: NODE_COUNT,
      sessionSeconds: SESSION_SECONDS,
      refusalWindowMs: 0,
      onRefusal: (refusal) => refusals.push(refusal),
      onProgress,
    });
    return new IamCluster(kafka, refusals);
  }

  get logins(): number {
    return this.#kafka.logins();
  }

  /** A new session with the rights of a role, other keys, and another session name. */
  session(roleName: string): Session {
    const id = randomUUID().replaceAll('-', '').toUpperCase();
    const role: GatewayRole = {
      arn: `arn:aws:iam::123456789012:role/${roleName}`,
      sessionArn: `arn:aws:sts::123456789012:assumed-role/${roleName}/session-${id.slice(0, 8)}`,
      accessKeyId: `ASIA${id.slice(0, 16)}`,
      secretAccessKey: `secret/of+${roleName}/${id}`,
      sessionToken: `session-token-of-${roleName}/${id}+==`,
      mayConnect: true,
      mayWriteIdempotently: false,
    };
    const session = {
      role,
      variables: {
        AWS_ACCESS_KEY_ID: role.accessKeyId,
        AWS_SECRET_ACCESS_KEY: role.secretAccessKey,
        AWS_SESSION_TOKEN: role.sessionToken ?? '',
      },
    };
    this.admit(session);
    return session;
  }

  /** Logins of this session are accepted from now on. */
  admit(session: Session): void {
    this.#admitted.add(session);
    this.#notify();
  }

  /** … are refused from now on; open connections remain until they must log in again. */
  refuse(session: Session): void {
    this.#admitted.delete(session);
    this.#notify();
  }

  place(session: Session): Place {
    const admin: Place['withAdmin'] = (act) => withAdmin(this.#kafka.adminBrokers, act);
    const place: Place = {
      connection: {
        brokers: [...this.#kafka.gatewayBrokers],
        auth: 'msk_iam',
        region: REGION,
        tls_ca: this.#kafka.caFile,
      },
      variables: session.variables,
      withAdmin: admin,
      prepare: ({ topics, groups }) =>
        admin(async (client) => {
          const entry = (
            resourceType: kafkajs.AclResourceTypes,
            resourceName: string,
            operation: kafkajs.AclOperationTypes,
          ) => ({
            resourceType,
            resourceName,
            resourcePatternType: ResourcePatternTypes.LITERAL,
            principal: `User:${session.role.arn}`,
            host: '*',
            operation,
            permissionType: AclPermissionTypes.ALLOW,
          });
          const { READ, WRITE, DESCRIBE } = AclOperationTypes;
          await client.createAcls({
            acl: [
              ...topics.flatMap((topic) =>
                [READ, WRITE, DESCRIBE].map((operation) => entry(AclResourceTypes.TOPIC, topic, operation)),
              ),
              ...groups.flatMap((group) =>
                [READ, DESCRIBE].map((operation) => entry(AclResourceTypes.GROUP, group, operation)),
              ),
            ],
          });
        }),
    };
    this.#sessions.set(place, session);
    return place;
  }

  /** The session with which the processes of a place started. */
  sessionOf(place: Place): Session {
    const session = this.#sessions.get(place);
    if (session === undefined) throw new Error('this place has no session');
    return session;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#kafka.stop();
  }

  #notify(): void {
    this.#kafka.setRoles([...this.#admitted].map(({ role }) => role));
  }
}
