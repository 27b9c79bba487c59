import { Deadline, type WaitSubject } from '../../base/deadline.js';
import { addressKey } from '../client/address.js';
import type { ApiName, BrokerAddress, BrokerApis } from '../client/broker-apis.js';
import type { RequestOptions } from '../client/broker-connection.js';
import { BrokerError } from '../client/broker-error.js';
import type { Cluster } from '../client/cluster.js';
import { kafkaErrorType } from '../client/errors.js';

const WATCH_MS = 500;
/** If the coordinator has not answered for this long, other brokers are asked who coordinates the group. */
const SUSPECT_MS = 1_500;
/** How long a broker that others no longer name as the coordinator has to show that it still is. */
const PROOF_MS = 1_000;

/** `group` for requests that may have to wait for the group, `data` for all others. */
export type CoordinatorPurpose = 'group' | 'data';

interface Pending {
  readonly address: BrokerAddress;
  readonly purpose: CoordinatorPurpose;
}

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
 * the group rebalances, but must not wait for a broker that was replaced: also if another request has learnt of the new
 * coordinator meanwhile. A broker that names another one may be behind itself: one that still answers for the group
 * keeps its requests.
 */
export class Coordinator {
  readonly #cluster: Cluster;
  readonly #group: string;
  readonly #watch: NodeJS.Timeout;
  /** Requests without an answer. The coordinator may have moved since they were sent. */
  readonly #pending = new Set<Pending>();
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
   * @param options as of `Cluster.askAt`
   * @throws BrokerError if the brokers name no coordinator
   */
  async ask<A extends ApiName>(
    purpose: CoordinatorPurpose,
    api: A,
    body: BrokerApis[A]['request'],
    options?: RequestOptions | (() => RequestOptions),
  ): Promise<BrokerApis[A]['answer']> {
    const address = await this.#find();
    const pending = { address, purpose };
    this.#pending.add(pending);
    try {
      return await this.#cluster.askAt(address, purpose, api, body, options);
    } catch (error) {
      // A former coordinator that fails says nothing about the present one.
      if (kafkaErrorType(error) === undefined && this.#isCurrent(address)) this.forget();
      throw error;
    } finally {
      this.#pending.delete(pending);
    }
  }

  /** The next request looks the coordinator up again. */
  forget(): void {
    this.#address = undefined;
  }

  /**
   * Closes the connections on which requests for one purpose wait, also to a former coordinator; the requests reject
   * with this reason.
   */
  drop(purpose: CoordinatorPurpose, reason: string): void {
    for (const { address } of this.#waiting(purpose)) this.#cluster.drop(address, purpose, reason);
  }

  /**
   * For how long a request for this purpose has had no answer. The time before it was sent does not count, nor the time
   * in which the broker throttled its connection: while it does so, the result is negative.
   */
  unansweredMs(purpose: CoordinatorPurpose): number {
    const now = performance.now();
    const all = this.#waiting(purpose).map(({ address }) =>
      Math.min(this.#cluster.waitingMs(address, purpose), now - this.#cluster.throttledUntilAt(address, purpose)),
    );
    return all.length === 0 ? 0 : Math.max(...all);
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

  #waiting(purpose: CoordinatorPurpose): Pending[] {
    return [...this.#pending].filter((one) => one.purpose === purpose);
  }

  #isCurrent(address: BrokerAddress): boolean {
    return this.#address !== undefined && addressKey(this.#address) === addressKey(address);
  }

  #checkSilence(): void {
    if (this.#checking) return;
    const silent = [...this.#pending].filter(
      ({ address, purpose }) => this.#cluster.waitingMs(address, purpose) > SUSPECT_MS,
    );
    if (silent.length === 0) return;
    this.#checking = true;
    this.#lookUp()
      // No broker knows: the time limits of the requests apply.
      .then(
        (found) => this.#dropReplaced(silent, found),
        () => undefined,
      )
      .finally(() => (this.#checking = false));
  }

  /** Never rejects. */
  async #dropReplaced(silent: readonly Pending[], found: BrokerAddress): Promise<void> {
    const former = new Map(silent.map(({ address }) => [addressKey(address), address]));
    former.delete(addressKey(found));
    await Promise.all(
      [...former].map(async ([key, address]) => {
        if (await this.#coordinates(address)) return;
        const waiting = silent.filter((one) => this.#pending.has(one) && addressKey(one.address) === key);
        if (waiting.length === 0) return;
        for (const { purpose } of waiting)
          this.#cluster.drop(address, purpose, `${addressKey(found)} coordinates group ${this.#group} now`);
        if (this.#address === undefined || this.#isCurrent(address)) this.#address = found;
      }),
    );
  }

  /** True if a broker answers at once, as the coordinator of the group. Never rejects. */
  async #coordinates(address: BrokerAddress): Promise<boolean> {
    try {
      const asked = this.#cluster.askAt(address, 'data', 'describeGroups', { groups: [this.#group] });
      const [group] = await new Deadline(PROOF_MS).race(asked, proof);
      return group !== undefined && group.error === undefined;
    } catch {
      return false;
    }
  }
}

const proof: WaitSubject = { stage: 'join', what: 'a broker to answer for the group' };

/** What a member of a group needs of its coordinator. */
export type GroupCoordinator = Pick<Coordinator, 'ask' | 'forget' | 'drop' | 'unansweredMs'>;
