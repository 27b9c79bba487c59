import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, Watchdog } from '../../local/kafka/index.js';
import { Gateways } from './gateways.js';
import type { Voucher } from './login/jws.js';
import type { NameWatch } from './names/watch.js';
import type { IamOptions } from './options.js';
import { RefusalLog } from './refusal-log.js';
import { Roles, type RoleSource } from './login/roles.js';

/** Gateways that run. */
export interface IamAccess extends AsyncDisposable {
  /** `host:port` of the TLS gateways, for clients; one per broker. */
  readonly gatewayBrokers: readonly string[];
  /** `host:port` without TLS and login, for anyone who administers: everything is allowed there. */
  readonly adminBrokers: readonly string[];
  /** PEM file of the authority that clients have to trust; gone after dispose. */
  readonly caFile: string;
  /** How many logins were accepted so far, renewals included. */
  logins(): number;
  /**
   * From now on these may log in, with these rights. Connections that are open stay open.
   *
   * @param region that they sign for. @default as before
   */
  setRoles(roles: RoleSource, region?: string): void;
  /** From now on, this one hears of the names in a request before a broker does, and the request waits for it. */
  watchNames(names: NameWatch): void;
  /**
   * The network forgets the connections from these ports of this machine: neither end hears of it, and nothing that
   * either sends arrives.
   */
  loseConnections(ports: readonly number[]): void;
  /** Ends all that was started. Idempotent. */
  stop(): Promise<void>;
}

/** Gateways that listen and lead nowhere yet, with what belongs to them. */
export class Opened {
  #stopped: Promise<void> | undefined;
  #behind: AsyncDisposable | undefined;

  private constructor(
    readonly gateways: Gateways,
    /** Gone with us, however we end. */
    readonly folder: string,
    private readonly roles: Roles,
    private readonly refusals: RefusalLog,
    private readonly watchdog: Watchdog,
  ) {}

  /** @param ports of the gateways, one per broker; 0: a free one */
  static async open(options: IamOptions, voucher: Voucher, ports: readonly number[]): Promise<Opened> {
    const { region = '', env = process.env } = options;
    const roles = new Roles(options.roles ?? [], region);
    const refusals = new RefusalLog((refusal) => options.onRefusal?.(refusal), options.refusalWindowMs);
    const watchdog = await Watchdog.start();
    try {
      const folder = await watchdog.folder(temporaryFolder(env), 'easy-pubsub-gateway-');
      const gateways = await Gateways.open({ ports, roles, voucher, refusals, options });
      return new Opened(gateways, folder, roles, refusals, watchdog);
    } catch (error) {
      await watchdog.close();
      throw error;
    }
  }

  /** Lets clients through. @param behind what ends with us */
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

  /** Gateways first: their clients are told, not left to find out. */
  async #end(): Promise<void> {
    try {
      await this.gateways[Symbol.asyncDispose]();
      await this.#behind?.[Symbol.asyncDispose]();
    } finally {
      this.refusals.close();
      await this.watchdog.close();
    }
  }
}
