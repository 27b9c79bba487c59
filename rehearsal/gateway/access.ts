import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Deadline } from '../../src/base/deadline.js';
import { temporaryFolder, Watchdog, type EmbeddedOptions } from '../../local/kafka/index.js';
import { Gateways } from './gateways.js';
import type { Voucher } from './login/jws.js';
import type { NameWatch } from './names/watch.js';
import { Refusals, type Refusal } from './refusals.js';
import { Roles, type RoleSource } from './login/roles.js';

/** What gateways need to know, whichever Kafka they are in front of. */
export interface IamOptions {
  /** That clients sign for. @default none yet, see `setRoles` */
  region?: string | undefined;
  /** Who may log in. What they may do is for ACLs to say, made through `adminBrokers`. @default nobody yet, see `setRoles` */
  roles?: RoleSource | undefined;
  /** Longest session, seconds; a token that ends sooner ends it sooner. @default the token's, up to 900, as on MSK */
  sessionSeconds?: number | undefined;
  /** From a connection to its login; whoever has not logged in by then is cut off. Milliseconds. @default 10 000 */
  loginTimeoutMs?: number | undefined;
  /** Names beside 127.0.0.1 and localhost that clients may call the brokers by. @default none */
  brokerNames?: readonly string[] | undefined;
  /** Told of everything that the gateways refuse, and why. */
  onRefusal?: ((refusal: Refusal) => void) | undefined;
  /** How long the same refusal, again, has the same id and is told once more only. 0: each is told. @default 10 000 */
  refusalWindowMs?: number | undefined;
  /** @default process.env */
  env?: NonNullable<EmbeddedOptions['env']> | undefined;
  /** Time and signal for the whole start, downloads included. @default 180 s */
  deadline?: Deadline | undefined;
  /** Told what is waited for, as short sentences without a full stop. */
  onProgress?: ((sentence: string) => void) | undefined;
}

/** Gateways that run. */
export interface IamAccess extends AsyncDisposable {
  /** `host:port` of the TLS gateways, for clients; one per broker. */
  readonly gatewayBrokers: readonly string[];
  /** `host:port` without TLS and login, for whoever administers: everything is allowed there. */
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
    private readonly refusals: Refusals,
    private readonly watchdog: Watchdog,
  ) {}

  /** @param ports of the gateways, one per broker; 0: a free one */
  static async open(options: IamOptions, voucher: Voucher, ports: readonly number[]): Promise<Opened> {
    const { region = '', sessionSeconds, loginTimeoutMs, brokerNames, env = process.env } = options;
    const roles = new Roles(options.roles ?? [], region);
    const refusals = new Refusals((refusal) => options.onRefusal?.(refusal), options.refusalWindowMs);
    const watchdog = await Watchdog.start();
    try {
      const folder = await watchdog.folder(temporaryFolder(env), 'easy-pubsub-gateway-');
      const shared = { roles, voucher, refusals, sessionSeconds, loginTimeoutMs, brokerNames };
      const gateways = await Gateways.open({ ...shared, ports });
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
