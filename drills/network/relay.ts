import net from 'node:net';
import { Answers } from '../../rehearsal/gateway/protocol/answers.js';
import { FrameCutter, type Cut, type FrameSink } from '../../rehearsal/gateway/protocol/frames.js';
import { HEAD_BYTES, isAnswered, readHead, type RequestHead } from '../../rehearsal/gateway/protocol/requests.js';
import { framed, MalformedMessage, WireReader } from '../../rehearsal/gateway/protocol/wire.js';
import { apiKeys, type JoinFailure } from './join-failure.js';
import type { Weather } from './weather.js';

export interface RelayOptions {
  readonly client: net.Socket;
  readonly broker: number;
  readonly target: { host: string; port: number };
  readonly weatherOf: (clientId: string) => Weather | undefined;
  readonly failureOf: (clientId: string) => JoinFailure | undefined;
}

/** A client's connection to a broker. The client id in its first request decides its weather. */
export class Relay implements FrameSink {
  readonly #options: RelayOptions;
  readonly #client: net.Socket;
  readonly #broker: net.Socket;
  readonly #requests = new FrameCutter(this);
  readonly #answers = new Answers((bytes) => this.#deliver(this.#client, bytes));
  readonly #responses = new FrameCutter(this.#answers);
  #weather: Weather | undefined;
  #failure: JoinFailure | undefined;
  #clientId = '';
  #forget: () => void = () => undefined;
  #head: RequestHead | undefined;
  /**
   * Bytes that arrived while the network was cut. They are forwarded afterwards, or dropped if the connection is closed
   * before.
   */
  #held: (() => void)[] = [];
  #isHeld = false;
  #isEnded = false;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#client = options.client;
    this.#broker = net.connect(options.target);
    for (const socket of [this.#client, this.#broker]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.once('close', () => this.end());
    }
    this.#client.on('data', (bytes: Buffer) => this.#guard(() => this.#requests.push(bytes)));
    this.#broker.on('data', (bytes: Buffer) => this.#guard(() => this.#responses.push(bytes)));
  }

  get weather(): Weather | undefined {
    return this.#weather;
  }

  /** Like a crash of the peer. */
  reset(): void {
    if (this.#weather !== undefined) this.#weather.counts.reset += 1;
    this.#client.resetAndDestroy();
    this.end();
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#held = [];
    this.#forget();
    this.#requests.stop();
    this.#responses.stop();
    this.#client.destroy();
    this.#broker.destroy();
  }

  look(start: Buffer, size: number): Cut {
    if (start.length < HEAD_BYTES + 2 && start.length < size) return 'more';
    const head = readHead(start);
    if (this.#clientId === '') {
      const id = clientIdOf(start, size);
      if (id === undefined) return 'more';
      this.#belongsTo(id);
    }
    const answered = head.apiKey === apiKeys.produce ? isAnswered(start, size, head) : true;
    if (answered === undefined) return 'more';
    const what = this.#failure?.take(head.apiKey, head.version) ?? 'pass';
    const failure = this.#failure;
    if (what === 'answer' || what === 'close') {
      this.#head = head;
      return 'collect';
    }
    if (what === 'change' && failure !== undefined) {
      this.#answers.expect(head.correlationId, (answer) => framed(failure.changeHeartbeat(answer, head.version)));
    } else if (answered) {
      this.#answers.expect(head.correlationId);
    }
    return 'pass';
  }

  pass(bytes: Buffer): void {
    this.#deliver(this.#broker, bytes);
  }

  passed(): void {
    // Its response is already expected.
  }

  /** A join that must fail: it is not forwarded to the broker. */
  collect(): void {
    const { correlationId, version } = this.#head!;
    const failure = this.#failure!;
    if (failure.join === 'closed') this.end();
    else this.#answers.reserve().fill(framed(failure.joinAnswer(correlationId, version)), () => undefined);
  }

  #belongsTo(clientId: string): void {
    this.#clientId = clientId;
    const weather = this.#options.weatherOf(clientId);
    this.#failure = this.#options.failureOf(clientId);
    if (weather === undefined) return;
    this.#weather = weather;
    weather.counts.connections += 1;
    this.#forget = weather.onChange(() => this.#weatherChanged());
    this.#weatherChanged();
  }

  /** A failure may be configured while connections are open. */
  plan(failure: JoinFailure): void {
    if (this.#clientId.startsWith(failure.clientId)) this.#failure = failure;
  }

  #weatherChanged(): void {
    const isHeld = this.#weather?.holes.has(this.#options.broker) === true;
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    if (isHeld) this.#weather!.counts.held += 1;
    else for (const act of this.#held.splice(0)) act();
  }

  #deliver(to: net.Socket, bytes: Buffer): void {
    const delayMs = this.#weather?.delayMs ?? 0;
    const write = (): void =>
      this.#whenOpen(() => {
        if (!to.destroyed) to.write(bytes);
      });
    if (delayMs === 0) {
      write();
      return;
    }
    this.#weather!.counts.delayed += 1;
    setTimeout(write, delayMs);
  }

  #whenOpen(act: () => void): void {
    if (this.#isHeld) this.#held.push(act);
    else act();
  }

  #guard(act: () => void): void {
    if (this.#isEnded) return;
    try {
      act();
    } catch {
      // The bytes are not Kafka's protocol, so the connection is closed.
      this.end();
    }
  }
}

/** @returns undefined if it is not complete yet */
function clientIdOf(start: Buffer, size: number): string | undefined {
  try {
    return new WireReader(start, HEAD_BYTES).string() ?? '';
  } catch (error) {
    if (error instanceof MalformedMessage && start.length < size) return undefined;
    throw error;
  }
}
