import type { ApiName, BrokerAddress, BrokerApis } from '../client/broker-apis.js';
import type { RequestOptions } from '../client/broker-connection.js';
import { BrokerError } from '../client/broker-error.js';
import type { Cluster } from '../client/cluster.js';
import { kafkaErrorType } from '../client/errors.js';

const WATCH_MS = 500;
/** If the coordinator has not answered for this long, other brokers are asked who coordinates the group. */
const SUSPECT_MS = 1_500;

const movedOrLoading = new Set(['NOT_COORDINATOR', 'COORDINATOR_NOT_AVAILABLE', 'COORDINATOR_LOAD_IN_PROGRESS']);

/** True for an answer after which the coordinator must be looked up again. */
export function isAboutCoordinator(error: string | undefined): boolean {
  return error !== undefined && movedOrLoading.has(error);
}

/**
 * The broker that coordinates a group. It is looked up when it is needed, and again if it does not answer or says
 * that another broker coordinates the group.
 *
 * While a request waits for it, the other brokers are asked who coordinates the group. A join may wait for as long as
 * the group rebalances, but must not wait for a broker that was replaced.
 */
export class Coordinator {
  readonly #cluster: Cluster;
  readonly #group: string;
  readonly #watch: NodeJS.Timeout;
  #address: BrokerAddress | undefined;
  #finding: Promise<BrokerAddress> | undefined;
  #checking = false;

  constructor(cluster: Cluster, group: string) {
    this.#cluster = cluster;
    this.#group = group;
    this.#watch = setInterval(() => this.#checkSilence(), WATCH_MS);
    this.#watch.unref();
  }

  /**
   * @param purpose `group` for requests that may have to wait for the group, `data` for all others
   * @throws BrokerError if the brokers name no coordinator
   */
  async ask<A extends ApiName>(
    purpose: 'group' | 'data',
    api: A,
    body: BrokerApis[A]['request'],
    options?: RequestOptions,
  ): Promise<BrokerApis[A]['answer']> {
    const address = await this.#find();
    try {
      return await this.#cluster.askAt(address, purpose, api, body, options);
    } catch (error) {
      if (kafkaErrorType(error) === undefined) this.forget();
      throw error;
    }
  }

  /** The next request looks the coordinator up again. */
  forget(): void {
    this.#address = undefined;
  }

  /** Closes the connection for one purpose; its requests reject with this reason. */
  drop(purpose: 'group' | 'data', reason: string): void {
    if (this.#address !== undefined) this.#cluster.drop(this.#address, purpose, reason);
  }

  close(): void {
    clearInterval(this.#watch);
  }

  #find(): Promise<BrokerAddress> {
    if (this.#address !== undefined) return Promise.resolve(this.#address);
    this.#finding ??= this.#lookUp()
      .then((address) => (this.#address = address))
      .finally(() => (this.#finding = undefined));
    return this.#finding;
  }

  async #lookUp(): Promise<BrokerAddress> {
    const group = this.#group;
    const answer = await this.#cluster.askAny('findCoordinator', { group }, ({ error }) => error === undefined);
    if (answer.error !== undefined) throw new BrokerError(answer.error);
    return { nodeId: answer.nodeId, host: answer.host, port: answer.port };
  }

  #checkSilence(): void {
    const address = this.#address;
    if (address === undefined || this.#checking) return;
    const purposes = (['group', 'data'] as const).filter(
      (purpose) => this.#cluster.waitingMs(address, purpose) > SUSPECT_MS,
    );
    if (purposes.length === 0) return;
    this.#checking = true;
    this.#lookUp()
      .then(
        (found) => {
          if (found.host === address.host && found.port === address.port) return;
          for (const purpose of purposes)
            this.#cluster.drop(address, purpose, `${found.host}:${found.port} coordinates group ${this.#group} now`);
          if (this.#address === address) this.#address = found;
        },
        () => undefined, // No broker knows: the time limits of the requests apply.
      )
      .finally(() => (this.#checking = false));
  }
}

/** What a member of a group needs of its coordinator. */
export type GroupCoordinator = Pick<Coordinator, 'ask' | 'forget' | 'drop'>;
