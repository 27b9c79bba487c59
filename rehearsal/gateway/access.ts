import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, Watchdog } from '../../local/kafka/index.js';
import { Parts } from '../../local/os/parts.js';
import { Gateways } from './gateways.js';
import type { Voucher } from './login/jws.js';
import type { NameWatch } from './names/watch.js';
import type { IamOptions } from './options.js';
import { RefusalLog } from './refusal-log.js';
import { Roles, type RoleSource } from './login/roles.js';

/** Running gateways. */
export interface IamAccess extends AsyncDisposable {
  /** `host:port` of the TLS gateways, for clients; one per broker. */
  readonly gatewayBrokers: readonly string[];
  /** `host:port` without TLS and login, for administration: everything is allowed there. */
  readonly adminBrokers: readonly string[];
  /** PEM file of the certificate authority that clients must trust; deleted by dispose. */
  readonly caFile: string;
  /** The number of logins that were accepted so far, renewals included. */
  logins(): number;
  /**
   * From now on these roles may log in, with these rights. Open connections stay open.
   *
   * @param region the region that clients sign for. @default unchanged
   */
  setRoles(roles: RoleSource, region?: string): void;
  /** From now on, each request waits until `names` has decided the names in it, before a broker receives it. */
  watchNames(names: NameWatch): void;
  /**
   * Makes the network lose the connections from these ports of this machine: neither end is notified, and nothing
   * that either sends arrives.
   */
  loseConnections(ports: readonly number[]): void;
  /** Stops everything that was started. Idempotent. */
  stop(): Promise<void>;
}

/** Gateways that listen, but have no brokers yet, with what belongs to them. */
export class Opened {
  #stopped: Promise<void> | undefined;
  #behind: AsyncDisposable | undefined;

  private constructor(
    readonly gateways: Gateways,
    /** Deleted when this process ends, however it ends. */
    readonly folder: string,
    private readonly roles: Roles,
    private readonly refusals: RefusalLog,
    private readonly watchdog: Watchdog,
  ) {}

  /** @param ports the ports of the gateways, one per broker; 0: a free one */
  static async open(options: IamOptions, voucher: Voucher, ports: readonly number[]): Promise<Opened> {
    const { region = '', env = process.env } = options;
    const roles = new Roles(options.roles ?? [], region);
    const refusals = new RefusalLog((refusal) => options.onRefusal?.(refusal), options.refusalWindowMs);
    const watchdog = await Watchdog.start();
    const parts = new Parts();
    parts.onStop(() => watchdog.close());
    try {
      const folder = await watchdog.folder(temporaryFolder(env), 'easy-pubsub-gateway-');
      const gateways = await Gateways.open({ ports, roles, voucher, refusals, options });
      return new Opened(gateways, folder, roles, refusals, watchdog);
    } catch (error) {
      return await parts.undo(error);
    }
  }

  /**
   * Starts to forward clients to brokers.
   * @param behind disposed when the gateways stop
   */
  async lead(brokers: {
    adminBrokers: readonly string[];
    targets: readonly string[];
    behind?: AsyncDisposable;
  }): Promise<IamAccess> {
    const { gateways } = this;
    const caFile = join(this.folder, 'ca.pem');
    await writeFile(caFile, gateways.authority);
    this.#behind = brokers.behind;
    gateways.lead(brokers.targets);
    const stop = (): Promise<void> => this.stop();
    return {
      gatewayBrokers: gateways.addresses,
      adminBrokers: brokers.adminBrokers,
      caFile,
      logins: () => gateways.logins,
      setRoles: (source, other) => this.roles.set(source, other),
      watchNames: (names) => gateways.watchNames(names),
      loseConnections: (ports) => gateways.lose(ports),
      stop,
      [Symbol.asyncDispose]: stop,
    };
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.#end());
  }

  /** Gateways first, so that their connections are closed instead of lost. */
  async #end(): Promise<void> {
    const parts = new Parts();
    parts.onStop(() => this.watchdog.close());
    parts.onStop(() => this.refusals.close());
    if (this.#behind !== undefined) parts.add(this.#behind);
    parts.add(this.gateways);
    await parts[Symbol.asyncDispose]();
  }
}
