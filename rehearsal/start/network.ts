import type { FunctionModel, StackModel } from '../template/index.js';
import { reachOf, type Reach } from '../plan/reach.js';
import { UnreachableBrokers } from './unreachable-brokers.js';

/**
 * Enforces which functions can reach the brokers, as far as that is possible for a plain process: by the addresses
 * that it gets.
 */
export class NetworkAccess implements AsyncDisposable {
  readonly #reach: ReadonlyMap<string, Reach>;
  readonly #brokers: readonly string[];
  readonly #silent: UnreachableBrokers;

  private constructor(reach: ReadonlyMap<string, Reach>, brokers: readonly string[], silent: UnreachableBrokers) {
    this.#reach = reach;
    this.#brokers = brokers;
    this.#silent = silent;
  }

  /**
   * @param planned the stack with the expected brokers, which show the listeners that its functions use
   * @param clusterArn the rehearsed cluster
   * @param brokers its addresses on this machine
   */
  static async start(planned: StackModel, clusterArn: string, brokers: readonly string[]): Promise<NetworkAccess> {
    const { clusters, functions, securityGroups } = planned;
    const cluster = clusters.find(({ arn }) => arn === clusterArn) ?? { logicalId: undefined, arn: clusterArn };
    const reach = new Map(functions.map((one) => [one.logicalId, reachOf(one, cluster, securityGroups)]));
    const isNeeded = [...reach.values()].some(({ may }) => may === 'no');
    return new NetworkAccess(reach, brokers, await UnreachableBrokers.start(isNeeded ? brokers.length : 0));
  }

  of({ logicalId }: Pick<FunctionModel, 'logicalId'>): Reach {
    return this.#reach.get(logicalId) ?? { may: 'unknown', why: 'is not a cluster of this stack', doubts: [] };
  }

  /**
   * The variables of a function that must not reach the brokers: their addresses do not answer. Empty for a function
   * that may reach them.
   */
  variables(
    one: Pick<FunctionModel, 'logicalId'>,
    environment: Readonly<Record<string, string>>,
  ): Record<string, string> {
    if (this.of(one).may !== 'no') return {};
    const replaced = Object.entries(environment).map(([name, value]): [string, string] => [
      name,
      this.#brokers.reduce((text, broker, i) => text.replaceAll(broker, this.#silent.addresses[i] ?? broker), value),
    ]);
    return Object.fromEntries(replaced.filter(([name, value]) => value !== environment[name]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#silent[Symbol.asyncDispose]();
  }
}
