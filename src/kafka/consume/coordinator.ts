import type { ApiName, BrokerAddress, BrokerApis } from '../client/broker-apis.js';
import type { RequestOptions } from '../client/broker-connection.js';
import { BrokerError } from '../client/broker-error.js';
import type { Cluster } from '../client/cluster.js';
import { kafkaErrorType } from '../client/errors.js';

const WATCH_MS = 500;
/** A coordinator that keeps a request waiting is asked about elsewhere after this long. */
const SUSPECT_MS = 1_500;

const movedOrLoading = new Set(['NOT_COORDINATOR', 'COORDINATOR_NOT_AVAILABLE', 'COORDINATOR_LOAD_IN_PROGRESS']);

/** An answer after which the coordinator has to be looked for again. */
export function isAboutCoordinator(error: string | undefined): boolean {
  return error !== undefined && movedOrLoading.has(error);
}

/**
 * The broker that coordinates a group. It is looked for when it is needed, and again after it did not answer or said
 * that it is another one.
 *
 * While it keeps a request waiting the other brokers are asked who coordinates the group: a join may have to wait for
 * as long as the group rebalances, but not for a broker that was replaced.
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
   * @param purpose `group` for what may have to wait for the group, `data` for everything else
   * @throws BrokerError when the brokers name no coordinator
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

  /** The next request looks for it again. */
  forget(): void {
    this.#address = undefined;
  }

  /** Closes the connection of one purpose; its requests reject with this reason. */
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
        () => undefined, // No broker can tell: the requests' own time limits decide.
      )
      .finally(() => (this.#checking = false));
  }
}
