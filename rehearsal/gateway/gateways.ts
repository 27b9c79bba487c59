import { Parts } from '../../local/os/parts.js';
import type { IamOptions } from './options.js';
import { newCertificates, type Certificates } from './certificates.js';
import { BrokerGateway } from './gateway.js';
import type { Voucher } from './login/jws.js';
import { AclBook } from './protocol/acl-book.js';
import type { NameWatch } from './names/watch.js';
import type { RefusalLog } from './refusal-log.js';
import type { Roles } from './login/roles.js';

export interface GatewaysOptions {
  /** One gateway per entry; 0: a free port. */
  ports: readonly number[];
  roles: Roles;
  voucher: Voucher;
  refusals: RefusalLog;
  options: Pick<IamOptions, 'sessionSeconds' | 'loginTimeoutMs' | 'brokerNames'>;
}

/** The gateways of one cluster: one per broker, with one certificate authority and one set of roles. */
export class Gateways implements AsyncDisposable {
  readonly #gateways: BrokerGateway[] = [];
  #names: NameWatch | undefined;

  private constructor(private readonly certificates: Certificates) {}

  /**
   * Listens on all ports.
   * @throws pubsub_error `kafka_unavailable` for a port that is in use
   */
  static async open({ ports, roles, voucher, refusals, options }: GatewaysOptions): Promise<Gateways> {
    const { sessionSeconds, loginTimeoutMs, brokerNames = [] } = options;
    const certificates = await newCertificates(brokerNames);
    const gateways = new Gateways(certificates);
    const login = { brokerHosts: ['127.0.0.1', 'localhost', ...brokerNames], roles, voucher, sessionSeconds };
    const names = (): NameWatch | undefined => gateways.#names;
    const shared = { certificates, login, refusals, acls: new AclBook(), names, loginTimeoutMs };
    try {
      for (const port of ports) gateways.#gateways.push(await BrokerGateway.listen({ ...shared, port }));
      return gateways;
    } catch (error) {
      return await new Parts(gateways).undo(error);
    }
  }

  /** PEM of the certificate authority that clients must trust. */
  get authority(): string {
    return this.certificates.authority;
  }

  /** `host:port`, in the order of the ports. */
  get addresses(): string[] {
    return this.#gateways.map(({ address }) => address);
  }

  get logins(): number {
    return this.#gateways.reduce((sum, { logins }) => sum + logins, 0);
  }

  /** Sets the SASL listeners that the gateways forward to, in the same order. Until then, connections are refused. */
  lead(targets: readonly string[]): void {
    targets.forEach((target, i) => {
      const gateway = this.#gateways[i];
      if (gateway !== undefined) gateway.target = target;
    });
  }

  /** From now on, `names` decides names before they are used. */
  watchNames(names: NameWatch): void {
    this.#names = names;
  }

  /** Makes the network lose the connections from these ports: neither end is notified. */
  lose(ports: readonly number[]): void {
    for (const gateway of this.#gateways) gateway.lose(ports);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#gateways.map((gateway) => gateway[Symbol.asyncDispose]()));
  }
}
