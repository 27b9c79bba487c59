import { Deadline } from '../../src/base/deadline.js';
import { config, pubsub_error } from '../../src/index.js';
import { createTopics } from '../../src/kafka/admin/create-topics.js';
import { kafkaConnection } from '../../src/pubsub/kafka-connection.js';
import { EnforcedRights, gatewayRole } from '../enforce/index.js';
import { startIamKafka, type GatewayRole, type IamKafka, type IamKafkaOptions } from '../gateway/index.js';
import {
  explainRight,
  grantedOn,
  mayConnect,
  type GrantedRight,
  type Thing,
  type RoleRights,
} from '../policy/index.js';
import type { StackModel } from '../template/index.js';
import type { FunctionCredentials } from './credentials.js';
import { existingTopics, ownTopics } from '../plan/names.js';

const TOPICS_MS = 30_000;

export interface StackKafkaOptions extends Omit<IamKafkaOptions, 'region' | 'roles' | 'authorizerDebug'> {
  readonly nodes: number;
}

/** A topic of a rehearsal. */
export interface NamedTopic {
  readonly name: string;
  /** Where it is named; undefined for a topic that the stack creates. */
  readonly namedBy?: string | undefined;
}

/** A Kafka with the topics of a stack, which enforces the rights of its roles. */
export class StackKafka implements AsyncDisposable {
  readonly iam: IamKafka;
  readonly #nodes: number;
  /** Roles by access key. */
  readonly #refusedLogins: ReadonlyMap<string, string>;
  #keys: ReadonlySet<string> = new Set();
  readonly #connection;
  readonly #enforced: EnforcedRights;
  #rights: readonly RoleRights[] = [];
  #clusterArn = '';
  #rightsFailure: unknown;
  #topics: readonly NamedTopic[] = [];

  private constructor(iam: IamKafka, nodes: number, refusedLogins: ReadonlyMap<string, string>) {
    this.iam = iam;
    this.#nodes = nodes;
    this.#refusedLogins = refusedLogins;
    this.#connection = kafkaConnection(config.create({ connection: { brokers: [...iam.adminBrokers] } }));
    this.#enforced = EnforcedRights.behind(iam, (error) => (this.#rightsFailure ??= error));
  }

  static async start({ onRefusal, ...options }: StackKafkaOptions): Promise<StackKafka> {
    const refusedLogins = new Map<string, string>();
    const iam = await startIamKafka({
      ...options,
      // Allowed actions are needed too, to see which rights a run used.
      authorizerDebug: true,
      onRefusal: (refusal) => {
        const { reason, roleArn, accessKeyId } = refusal;
        if (reason === 'connect_not_granted' && roleArn !== undefined && accessKeyId !== undefined)
          refusedLogins.set(accessKeyId, roleArn);
        onRefusal?.(refusal);
      },
    });
    return new StackKafka(iam, options.nodes, refusedLogins);
  }

  /** Roles whose login was refused because their policy does not grant Connect, with the current credentials. */
  get refusedLogins(): readonly string[] {
    // The RefusalLog may report refusals later, when these credentials have been replaced.
    return [...this.#refusedLogins].flatMap(([key, role]) => (this.#keys.has(key) ? role : []));
  }

  /** @throws pubsub_error `kafka_unavailable` if conditions on the time changed the rights, and Kafka did not follow */
  checkRights(): void {
    if (this.#rightsFailure === undefined) return;
    throw new pubsub_error(
      'kafka_unavailable',
      'rehearsal',
      'the rights that depend on the time could not be changed while the stack was rehearsed',
      { cause: this.#rightsFailure },
    );
  }

  /** Names of all topics. */
  get topics(): readonly string[] {
    return this.#topics.map(({ name }) => name);
  }

  /** All topics; those that the stack does not create with the place that names them. */
  get namedTopics(): readonly NamedTopic[] {
    return this.#topics;
  }

  /** The ARN of the cluster that this Kafka represents. */
  get clusterArn(): string {
    return this.#clusterArn;
  }

  /** Roles that may log in. */
  get mayConnect(): readonly string[] {
    return this.#rights.filter((rights) => mayConnect(rights, this.#clusterArn)).map(({ arn }) => arn);
  }

  /** What the policies grant on these resources. */
  granted(things: readonly Thing[]): GrantedRight[] {
    return this.#rights.flatMap((rights) => grantedOn(rights, this.#clusterArn, things));
  }

  /** Why an action is allowed or denied to a role; undefined for a role that is not in the stack. */
  explain(roleArn: string, action: string, name: string): string | undefined {
    const rights = this.#rights.find(({ arn }) => arn === roleArn);
    return rights === undefined ? undefined : explainRight(rights, this.#clusterArn, action, name);
  }

  /**
   * Becomes the Kafka of this stack: creates its topics, accepts its functions' credentials, and grants what its
   * policies grant. Removes the rights of the previous stack.
   *
   * @param rights of the roles, by their logical ids
   */
  async become(
    model: StackModel,
    clusterArn: string,
    rights: ReadonlyMap<string, RoleRights>,
    credentials: ReadonlyMap<string, FunctionCredentials>,
    signal?: AbortSignal,
  ): Promise<void> {
    const [own, existing] = [ownTopics(model, clusterArn), existingTopics(model, clusterArn)];
    const topics = [...own, ...existing];
    this.#clusterArn = clusterArn;
    this.#rights = [...rights.values()];
    this.#topics = [...own.map(({ name }) => ({ name })), ...existing.map(({ name, namedBy }) => ({ name, namedBy }))];
    this.#keys = new Set([...credentials.values()].map(({ accessKeyId }) => accessKeyId));
    const { topics: topic, groups: group } = model.given;
    await Promise.all([
      createTopics(
        this.#connection,
        topics.map(({ name, partitions, replicationFactor, configs }) => ({
          topic: name,
          partitions,
          replicationFactor: Math.min(replicationFactor, this.#nodes),
          configs,
        })),
        new Deadline(TOPICS_MS, signal),
      ),
      this.#enforced.set(this.#rights, clusterArn, { topic, group }, signal),
    ]);
    this.iam.setRoles(
      model.functions.map(({ logicalId, role }): GatewayRole => {
        const ofRole = rights.get(role);
        const keys = credentials.get(logicalId);
        if (ofRole === undefined || keys === undefined)
          throw new RangeError(`no rights or credentials for ${logicalId}`);
        const { sessionArn, ...secrets } = keys;
        return Object.assign(gatewayRole(ofRole, clusterArn, secrets), { sessionArn });
      }),
      model.region,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#enforced[Symbol.asyncDispose]();
    await this.iam.stop();
  }
}
