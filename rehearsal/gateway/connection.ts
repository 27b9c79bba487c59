import type net from 'node:net';
import type { TLSSocket } from 'node:tls';
import { Answers } from './protocol/answers.js';
import { FrameCutter, type Cut, type FrameSink } from './protocol/frames.js';
import { Login, type LoginOptions, type LoginStep } from './login/login.js';
import { mayName, namesIn } from './names/request-names.js';
import type { NameWatch } from './names/watch.js';
import { GatewayRefusal } from './refusal.js';
import {
  apiKeys,
  forbidProducerId,
  headBytes,
  isAnswered,
  readHead,
  refuseProducerId,
  type RequestHead,
} from './protocol/requests.js';
import { notGranted } from './login/roles.js';
import { refuseAuthenticate, refuseHandshake, saslErrors } from './protocol/sasl-messages.js';
import { framed, MalformedMessage } from './protocol/wire.js';

export interface ConnectionOptions {
  client: TLSSocket;
  /** Opens a connection to the broker. Called when the client has something to send, not before. */
  connect: () => net.Socket;
  login: LoginOptions;
  /** @returns the id to answer with */
  refuse: (refused: GatewayRefusal) => string;
  onLogin: () => void;
  /** Who decides about names before they are used. @default nobody: every name is decided */
  names: () => NameWatch | undefined;
}

/** Before a login, and of messages that are about logging in; the longest token has 4 KB. */
const mostLoginBytes = 64 * 1_024;
/** Kafka's own limit (`socket.request.max.bytes`). */
const mostRequestBytes = 100 * 1_024 * 1_024;
/** Of a request's beginning, where more than its head has to be looked at: a client id and a transactional id. */
const mostLookedAt = 70 * 1_024;
/** Requests of one client that wait for answers; it is not read from until some have come. */
const mostOutstanding = 1_000;
/** A broker lets a refused client wait as long (`connection.failed.authentication.delay.ms`). */
const refusalDelayMs = 100;
/** For a broker to answer what came before a refusal, and for a client to take its last answer and go. */
const lingerMs = 2_000;

const beforeLogin: ReadonlySet<number> = new Set([
  apiKeys.apiVersions,
  apiKeys.saslHandshake,
  apiKeys.saslAuthenticate,
]);

/** One client and its connection to the broker: what goes through, what is changed, and what is refused. */
export class Connection implements FrameSink {
  readonly #options: ConnectionOptions;
  readonly #client: TLSSocket;
  readonly #requests = new FrameCutter(this);
  readonly #answers: Answers;
  readonly #responses: FrameCutter;
  readonly #login: Login;
  #upstream: net.Socket | undefined;
  #head: RequestHead | undefined;
  /** Nothing more is read from the client; what it still waits for goes out. */
  #refused = false;
  /** A request waits until its names are decided, and what comes after it. */
  #deciding = false;
  #ending = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#client = options.client;
    this.#login = new Login(options.login, () => options.onLogin());
    this.#answers = new Answers((bytes) => void this.#client.write(bytes));
    this.#responses = new FrameCutter(this.#answers);
    this.#client.setNoDelay(true);
    this.#client.on('data', (chunk: Buffer) => this.#guard(() => this.#requests.push(chunk)));
    this.#client.on('drain', () => this.#balance());
    // What is wrong with a socket shows in 'close'; its owner has nothing to do about it.
    this.#client.on('error', () => undefined);
    this.#client.once('close', () => this.destroy());
  }

  destroy(): void {
    this.#letNothingThrough();
    this.#client.destroy();
    this.#upstream?.destroy();
  }

  /**
   * From now on nothing gets through, and neither end is told: as when the network between them has forgotten the
   * connection. What they send is taken and dropped. It ends when the client closes it.
   */
  lose(): void {
    this.#letNothingThrough();
    this.#client.resume();
    this.#upstream?.resume();
  }

  #letNothingThrough(): void {
    this.#ending = true;
    clearTimeout(this.#timer);
    this.#requests.stop();
    this.#responses.stop();
  }

  /** Refuses the connection as such: there is no request to answer. */
  refuse(refused: GatewayRefusal): void {
    this.#options.refuse(refused);
    this.#finish();
  }

  look(start: Buffer, size: number): Cut {
    const most = this.#login.done ? mostRequestBytes : mostLoginBytes;
    if (size > most) throw tooLarge(size, most);
    if (size < headBytes) throw new MalformedMessage(`a request of ${size} bytes has no header`);
    if (start.length < headBytes) return 'more';
    const head = readHead(start);
    if (!this.#login.done && !beforeLogin.has(head.apiKey)) {
      throw new GatewayRefusal('not_logged_in', 'the client sends requests before it has logged in');
    }
    switch (head.apiKey) {
      case apiKeys.saslHandshake:
      case apiKeys.saslAuthenticate:
      case apiKeys.initProducerId:
        if (size > mostLoginBytes) throw tooLarge(size, mostLoginBytes);
        return this.#whole(head);
      case apiKeys.produce: {
        if (this.#mustDecide(head)) return this.#whole(head);
        const answered = isAnswered(start, size, head);
        if (answered === undefined) {
          if (start.length > mostLookedAt) throw new MalformedMessage('a Produce request has no beginning');
          return 'more';
        }
        if (answered) this.#answers.expect(head.correlationId);
        return 'pass';
      }
      default:
        if (this.#mustDecide(head)) return this.#whole(head);
        this.#answers.expect(head.correlationId);
        return 'pass';
    }
  }

  #whole(head: RequestHead): Cut {
    this.#head = head;
    return 'collect';
  }

  /** Whether what the client may do depends on names that this request may have. */
  #mustDecide(head: RequestHead): boolean {
    const { role } = this.#login;
    return role !== undefined && mayName(head) && this.#options.names()?.watches(role.arn) === true;
  }

  pass(bytes: Buffer): void {
    this.#send(bytes);
  }

  passed(): void {
    // Nothing: it was expected when it began.
  }

  collect(request: Buffer): void {
    const head = this.#head ?? readHead(request);
    if (head.apiKey === apiKeys.initProducerId) {
      this.#whenDecided(request, head, () => this.#initProducerId(request, head));
      return;
    }
    if (!beforeLogin.has(head.apiKey)) {
      this.#whenDecided(request, head, () => this.#forward(request, head));
      return;
    }
    try {
      const handshake = head.apiKey === apiKeys.saslHandshake;
      this.#step(head, handshake ? this.#login.handshake(request, head) : this.#login.authenticate(request, head));
    } catch (error) {
      if (!(error instanceof GatewayRefusal)) throw error;
      this.#refuse(error, head);
    }
  }

  /** Goes on with a request when the names in it are decided; nothing that comes after it overtakes it. */
  #whenDecided(request: Buffer, head: RequestHead, goOn: () => void): void {
    const { role } = this.#login;
    const names = this.#options.names();
    const wait =
      role === undefined || !this.#mustDecide(head) ? undefined : names?.decide(role.arn, namesIn(request, head));
    if (wait === undefined) {
      goOn();
      return;
    }
    this.#deciding = true;
    this.#requests.hold();
    wait.then(
      () =>
        this.#guard(() => {
          this.#deciding = false;
          if (this.#ending) return;
          goOn();
          this.#requests.resume();
        }),
      (error: unknown) => {
        const sentence = `the rights on the names in a request could not be put in force: ${String(error)}`;
        if (!this.#ending) this.refuse(new GatewayRefusal('names_not_decided', sentence));
      },
    );
  }

  #forward(request: Buffer, head: RequestHead): void {
    const answered = head.apiKey !== apiKeys.produce || isAnswered(request, request.length, head) === true;
    if (answered) this.#answers.expect(head.correlationId);
    this.#send(framed(request));
  }

  #step(head: RequestHead, { forward, onAnswer }: LoginStep): void {
    const change = (answer: Buffer): Buffer | undefined => {
      if (onAnswer === undefined) return undefined;
      try {
        return onAnswer(answer);
      } catch (error) {
        if (!(error instanceof GatewayRefusal)) throw error;
        this.#refused = true;
        this.#requests.stop();
        // After this answer has been written.
        process.nextTick(() => this.#finish());
        return this.#denial(error, head);
      }
    };
    this.#answers.expect(head.correlationId, onAnswer === undefined ? undefined : change);
    this.#send(forward);
  }

  #initProducerId(request: Buffer, head: RequestHead): void {
    const { role } = this.#login;
    const forbidden = role?.mayWriteIdempotently === true ? undefined : forbidProducerId(request, head);
    if (forbidden === undefined) {
      this.#answers.expect(head.correlationId);
      this.#send(framed(request));
      return;
    }
    const who = role === undefined ? {} : { accessKeyId: role.accessKeyId, roleArn: role.arn };
    const sentence =
      role === undefined
        ? 'nobody has logged in'
        : notGranted(role, 'writeIdempotently', ', so there is no producer id');
    this.#options.refuse(new GatewayRefusal('write_data_idempotently_not_granted', sentence, who));
    this.#answers.expect(head.correlationId, (answer) => refuseProducerId(answer, head));
    this.#send(forbidden);
  }

  /** Answers in turn, after the wait that a broker imposes, and ends the connection. Nothing more is read. */
  #refuse(refused: GatewayRefusal, head: RequestHead): void {
    const answer = this.#denial(refused, head);
    const place = this.#answers.reserve();
    this.#refused = true;
    this.#requests.stop();
    this.#client.pause();
    this.#timer = setTimeout(() => {
      this.#timer = setTimeout(() => this.#finish(), lingerMs);
      place.fill(answer, () => this.#finish());
    }, refusalDelayMs);
  }

  #denial(refused: GatewayRefusal, head: RequestHead): Buffer {
    const id = this.#options.refuse(refused);
    if (head.apiKey === apiKeys.saslAuthenticate) return refuseAuthenticate(head, `[${id}]: Access denied`);
    const { unsupportedMechanism, unsupportedVersion } = saslErrors;
    return refuseHandshake(head, refused.reason === 'handshake_version' ? unsupportedVersion : unsupportedMechanism);
  }

  /** What is written goes out; nothing more comes in. */
  #finish(): void {
    this.#ending = true;
    this.#requests.stop();
    this.#responses.stop();
    this.#upstream?.destroy();
    this.#client.end();
    // Read and dropped: a client's end is not seen while bytes of it wait.
    this.#client.resume();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.destroy(), lingerMs).unref();
  }

  #send(bytes: Buffer): void {
    this.#upstream ??= this.#open();
    this.#upstream.write(bytes);
  }

  #open(): net.Socket {
    const upstream = this.#options.connect();
    let connected = false;
    upstream.setNoDelay(true);
    upstream.once('connect', () => (connected = true));
    upstream.on('data', (chunk: Buffer) => this.#guard(() => this.#responses.push(chunk)));
    upstream.on('drain', () => this.#balance());
    upstream.on('error', () => undefined);
    upstream.once('close', () => {
      if (!connected && !this.#ending) {
        this.#options.refuse(
          new GatewayRefusal('broker_unreachable', 'the broker behind this gateway does not answer'),
        );
      }
      if (!this.#ending) this.#finish();
    });
    return upstream;
  }

  #guard(work: () => void): void {
    if (this.#client.destroyed) return;
    try {
      work();
      this.#balance();
    } catch (error) {
      if (error instanceof GatewayRefusal) this.refuse(error);
      else if (error instanceof MalformedMessage) this.refuse(new GatewayRefusal('malformed', error.message));
      // A mistake of ours ends this client's connection, not everybody's.
      else this.refuse(new GatewayRefusal('internal', `the gateway failed: ${String(error)}`));
    }
  }

  /** Each side is read from only while the other takes what comes of it. */
  #balance(): void {
    if (this.#ending) return;
    const full =
      this.#refused ||
      this.#deciding ||
      this.#upstream?.writableNeedDrain === true ||
      this.#answers.outstanding >= mostOutstanding;
    if (full !== this.#client.isPaused()) {
      if (full) this.#client.pause();
      else this.#client.resume();
    }
    const slow = this.#client.writableNeedDrain;
    if (this.#upstream !== undefined && slow !== this.#upstream.isPaused()) {
      if (slow) this.#upstream.pause();
      else this.#upstream.resume();
    }
  }
}

function tooLarge(size: number, most: number): GatewayRefusal {
  return new GatewayRefusal('frame_too_large', `a frame declares ${size} bytes where ${most} are the most`);
}
