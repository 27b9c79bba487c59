import { Deadline } from '../../../src/base/deadline.js';
import { config } from '../../../src/index.js';
import { createAcls, deleteAcls, type AclEntry } from '../../../src/kafka/admin/acls.js';
import { createTopics } from '../../../src/kafka/admin/admin.js';
import { kafka_connection } from '../../../src/pubsub/kafka-connection.js';
import { startIamKafka, type GatewayRole, type IamKafka, type IamKafkaOptions } from '../gateway/index.js';
import { compileAcls } from '../policy/compile.js';
import { mayConnect, mayWriteIdempotently, roleRights, type RoleRights } from '../policy/role-rights.js';
import type { StackModel } from '../template/index.js';
import { rehearsedCluster } from './cluster.js';
import type { FunctionCredentials } from './credentials.js';
import { existingTopics, fixedGroups, ownTopics } from './names.js';

const TOPICS_MS = 30_000;
const ACLS_MS = 15_000;

export interface StackKafkaOptions extends Omit<IamKafkaOptions, 'region' | 'roles' | 'authorizerDebug'> {
  readonly nodes: number;
}

/** A topic of a rehearsal. */
export interface NamedTopic {
  readonly name: string;
  /** Where it is named; undefined for one that the stack makes. */
  readonly namedBy?: string;
}

/** A Kafka that enforces what a stack's policies say: its topics, its roles, their rights. */
export class StackKafka implements AsyncDisposable {
  readonly iam: IamKafka;
  readonly #nodes: number;
  /** By access key. */
  readonly #refusedLogins: ReadonlyMap<string, string>;
  #keys: ReadonlySet<string> = new Set();
  readonly #connection;
  #rights: readonly RoleRights[] = [];
  #clusterArn = '';
  #topics: readonly NamedTopic[] = [];
  readonly #groups = new Set<string>();
  #acls: readonly AclEntry[] = [];
  /** One change after the other. */
  #changing: Promise<void> = Promise.resolve();

  private constructor(iam: IamKafka, nodes: number, refusedLogins: ReadonlyMap<string, string>) {
    this.iam = iam;
    this.#nodes = nodes;
    this.#refusedLogins = refusedLogins;
    this.#connection = kafka_connection(config.create({ connection: { brokers: [...iam.adminBrokers] } }));
  }

  static async start({ onRefusal, ...options }: StackKafkaOptions): Promise<StackKafka> {
    const refusedLogins = new Map<string, string>();
    const iam = await startIamKafka({
      ...options,
      // What was allowed is needed too: to see which rights a run used.
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

  /** Roles whose login was refused because their policy does not grant Connect, with the credentials that are in force. */
  get refusedLogins(): readonly string[] {
    // Refusals are told again some time later, when others have taken the place of these.
    return [...this.#refusedLogins].flatMap(([key, role]) => (this.#keys.has(key) ? role : []));
  }

  /** Names of all topics. */
  get topics(): readonly string[] {
    return this.#topics.map(({ name }) => name);
  }

  /** All topics; those that the stack does not make with where they are named. */
  get namedTopics(): readonly NamedTopic[] {
    return this.#topics;
  }

  /** Groups that the policies are in force for by their names. */
  get groups(): readonly string[] {
    return [...this.#groups];
  }

  /** Of the cluster that this stands for. */
  get clusterArn(): string {
    return this.#clusterArn;
  }

  /** Roles that may log in. */
  get mayConnect(): readonly string[] {
    return this.#rights.filter((rights) => mayConnect(rights, this.#clusterArn)).map(({ arn }) => arn);
  }

  /** Every ALLOW and DENY that is in force. */
  get acls(): readonly AclEntry[] {
    return this.#acls;
  }

  /**
   * Becomes the Kafka of this stack: makes its topics, knows its functions' credentials, grants what its policies grant.
   * What another stack's policies granted before is taken away.
   *
   * @throws pubsub_error `template_refused` for policies that cannot be evaluated
   */
  async become(
    model: StackModel,
    credentials: ReadonlyMap<string, FunctionCredentials>,
    signal?: AbortSignal,
  ): Promise<void> {
    const clusterArn = rehearsedCluster(model);
    const rights = new Map(model.roles.map((role) => [role.logicalId, roleRights(role)]));
    const topics = [...ownTopics(model), ...existingTopics(model)];
    await createTopics(
      this.#connection,
      topics.map(({ name, partitions, replicationFactor, configs }) => ({
        topic: name,
        partitions,
        replicationFactor: Math.min(replicationFactor, this.#nodes),
        configs,
      })),
      new Deadline(TOPICS_MS, signal),
    );
    this.#clusterArn = clusterArn;
    this.#rights = [...rights.values()];
    this.#topics = [
      ...ownTopics(model).map(({ name }) => ({ name })),
      ...existingTopics(model).map(({ name, namedBy }) => ({ name, namedBy })),
    ];
    this.#groups.clear();
    this.#keys = new Set([...credentials.values()].map(({ accessKeyId }) => accessKeyId));
    for (const group of fixedGroups(model)) this.#groups.add(group);
    await this.#enforce(signal);
    this.iam.setRoles(
      model.functions.map(({ logicalId, role }): GatewayRole => {
        const own = rights.get(role);
        const keys = credentials.get(logicalId);
        if (own === undefined || keys === undefined) throw new RangeError(`no rights or credentials for ${logicalId}`);
        return {
          arn: own.arn,
          ...keys,
          mayConnect: mayConnect(own, clusterArn),
          mayWriteIdempotently: mayWriteIdempotently(own, clusterArn),
        };
      }),
      model.region,
    );
  }

  /** Policies speak of patterns, ACLs of names: these groups are about to be used. */
  async declareGroups(groups: readonly string[], signal?: AbortSignal): Promise<void> {
    if (groups.every((group) => this.#groups.has(group))) return this.#changing;
    for (const group of groups) this.#groups.add(group);
    await this.#enforce(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.iam.stop();
  }

  #enforce(signal: AbortSignal | undefined): Promise<void> {
    const changing = this.#changing.then(() => this.#replaceAcls(signal));
    // A change that failed is told to whoever asked for it, and does not stand in the way of the next.
    this.#changing = changing.catch(() => undefined);
    return changing;
  }

  async #replaceAcls(signal: AbortSignal | undefined): Promise<void> {
    const names = { clusterArn: this.#clusterArn, topics: this.topics, groups: this.groups };
    const wanted = this.#rights.flatMap((rights) => compileAcls(rights, names));
    const key = (entry: AclEntry): string => JSON.stringify(entry);
    const [before, after] = [new Set(this.#acls.map(key)), new Set(wanted.map(key))];
    const deadline = new Deadline(ACLS_MS, signal);
    await deleteAcls(
      this.#connection,
      this.#acls.filter((entry) => !after.has(key(entry))),
      deadline,
    );
    await createAcls(
      this.#connection,
      wanted.filter((entry) => !before.has(key(entry))),
      deadline,
    );
    this.#acls = wanted;
  }
}
