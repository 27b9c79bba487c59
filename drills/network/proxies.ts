import net from 'node:net';
import { listen } from '../../local/os/listen.js';
import type { JoinFailure } from './join-failure.js';
import { Relay } from './relay.js';
import type { Weather } from './weather.js';

const HOST = '127.0.0.1';

/** A proxy in front of each broker, on the advertised ports, so that no client can bypass them. */
export class Proxies implements AsyncDisposable {
  readonly #servers: net.Server[] = [];
  readonly #relays = new Set<Relay>();
  readonly #weathers = new Set<Weather>();
  readonly #failures = new Set<JoinFailure>();
  #targets: readonly { host: string; port: number }[] = [];

  static async listen(brokers: number): Promise<Proxies> {
    const proxies = new Proxies();
    for (let broker = 1; broker <= brokers; broker += 1) {
      const server = net.createServer((client) => proxies.#accept(client, broker));
      await listen(server, { host: HOST, port: 0, exclusive: true });
      proxies.#servers.push(server);
    }
    return proxies;
  }

  get ports(): number[] {
    return this.#servers.map((server) => (server.address() as net.AddressInfo).port);
  }

  /** `host:port` of the brokers' listeners, in the order of their ids. */
  lead(targets: readonly string[]): void {
    this.#targets = targets.map((target) => {
      const colon = target.lastIndexOf(':');
      return { host: target.slice(0, colon), port: Number(target.slice(colon + 1)) };
    });
  }

  add(weather: Weather): void {
    this.#weathers.add(weather);
  }

  remove(weather: Weather): void {
    this.#weathers.delete(weather);
    for (const failure of this.#failures)
      if (failure.clientId.startsWith(weather.prefix)) this.#failures.delete(failure);
  }

  plan(failure: JoinFailure): void {
    this.#failures.add(failure);
    for (const relay of this.#relays) relay.plan(failure);
  }

  /** Resets the connections of the processes of this weather. */
  reset(weather: Weather): number {
    const wanted = [...this.#relays].filter((relay) => relay.weather === weather);
    for (const relay of wanted) relay.reset();
    return wanted.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const relay of this.#relays) relay.end();
    await Promise.all(this.#servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  }

  #accept(client: net.Socket, broker: number): void {
    const target = this.#targets[broker - 1];
    if (target === undefined) {
      client.destroy();
      return;
    }
    const relay = new Relay({
      client,
      broker,
      target,
      weatherOf: (clientId) => [...this.#weathers].find(({ prefix }) => clientId.startsWith(prefix)),
      failureOf: (clientId) => [...this.#failures].find((failure) => clientId.startsWith(failure.clientId)),
    });
    this.#relays.add(relay);
    client.once('close', () => this.#relays.delete(relay));
  }
}
