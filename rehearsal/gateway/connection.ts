import type net from 'node:net';
import type { TLSSocket } from 'node:tls';
import { aclsIn, filterIn, type AclBook } from './protocol/acl-book.js';
import { asIfCreated, asIfDeleted, createsNothing, deletesNothing } from './protocol/acl-changes.js';
import { asIfListed } from './protocol/acl-listing.js';
import { Answers } from './protocol/answers.js';
import { FrameCutter, type Cut, type FrameSink } from './protocol/frames.js';
import { Login, type LoginOptions, type LoginStep } from './login/login.js';
import { canName, namesIn } from './names/request-names.js';
import type { NameWatch } from './names/watch.js';
import { GatewayRefusal } from './refusal.js';
import {
  apiKeys,
  denyProducerId,
  isAnswered,
  readHead,
  deniedProducerId,
  type RequestHead,
} from './protocol/requests.js';
import { isAllowedBeforeLogin, routeOf } from './protocol/route.js';
import { notGranted } from './login/roles.js';
import { refuseAuthenticate, refuseHandshake, saslErrors } from './protocol/sasl-messages.js';
import { TwoSockets } from './two-sockets.js';
import { framed, MalformedMessage } from './protocol/wire.js';

export interface ConnectionOptions {
  client: TLSSocket;
  /** Opens a connection to the broker. Called when the client has sent something for it, not before. */
  connect: () => net.Socket;
  login: LoginOptions;
  /** @returns the id for the response */
  refuse: (refused: GatewayRefusal) => string;
  onLogin: () => void;
  /** The ACLs that clients have created. */
  acls: AclBook;
  /** Decides names before they are used. @default none: every name is decided */
  names: () => NameWatch | undefined;
}

/** Requests of one client that wait for answers; at this limit the gateway stops reading from the client. */
const MOST_OUTSTANDING = 1_000;
/** The same delay as a broker has before it refuses a client (`connection.failed.authentication.delay.ms`). */
const REFUSAL_DELAY_MS = 100;
/**
 * The time for a broker to answer the requests before a refusal, and for a client to read its last answer and
 * disconnect.
 */
const LINGER_MS = 2_000;

/** One client and its connection to the broker: what is forwarded, what is changed, and what is refused. */
export class Connection implements FrameSink {
  readonly #options: ConnectionOptions;
  readonly #sockets: TwoSockets;
  readonly #requests = new FrameCutter(this);
  readonly #answers: Answers;
  readonly #responses: FrameCutter;
  readonly #login: Login;
  #head: RequestHead | undefined;
  /** Nothing more is read from the client; pending answers are still sent. */
  #refused = false;
  /** A request, and all requests after it, wait until its names are decided. */
  #deciding = false;
  #ending = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#login = new Login(options.login, () => options.onLogin());
    this.#answers = new Answers((bytes) => this.#sockets.toClient(bytes));
    this.#responses = new FrameCutter(this.#answers);
    this.#sockets = new TwoSockets(options.client, options.connect, {
      fromClient: (chunk) => this.#guard(() => this.#requests.push(chunk)),
      fromBroker: (chunk) => this.#guard(() => this.#responses.push(chunk)),
      clientClosed: () => this.destroy(),
      brokerClosed: (wasConnected) => this.#onBrokerClosed(wasConnected),
      drained: () => this.#balance(),
    });
  }

  destroy(): void {
    this.#letNothingThrough();
    this.#sockets.destroy();
  }

  /**
   * From now on nothing is forwarded, and neither end is notified, as if the network between them had lost the
   * connection. What they send is read and dropped. The connection ends when the client closes it.
   */
  lose(): void {
    this.#letNothingThrough();
    this.#sockets.drop();
  }

  #letNothingThrough(): void {
    this.#ending = true;
    clearTimeout(this.#timer);
    this.#requests.stop();
    this.#responses.stop();
  }

  /** Refuses the connection, without a request to answer. */
  refuse(refused: GatewayRefusal): void {
    this.#options.refuse(refused);
    this.#finish();
  }

  look(start: Buffer, size: number): Cut {
    const route = routeOf(start, size, this.#login.done, (head) => this.#mustDecide(head));
    if (route.kind === 'collect') this.#head = route.head;
    if (route.kind === 'pass' && route.answered) this.#answers.expect(route.head.correlationId);
    return route.kind;
  }

  /** Whether the client's rights depend on names that this request may contain. */
  #mustDecide(head: RequestHead): boolean {
    const { role } = this.#login;
    return role !== undefined && canName(head) && this.#options.names()?.watches(role.arn) === true;
  }

  pass(bytes: Buffer): void {
    this.#sockets.toBroker(bytes);
  }

  passed(): void {
    // Nothing to do: the answer was expected when the request began.
  }

  collect(request: Buffer): void {
    const head = this.#head ?? readHead(request);
    if (head.apiKey === apiKeys.initProducerId) {
      this.#whenDecided(request, head, () => this.#initProducerId(request, head));
      return;
    }
    if (head.apiKey === apiKeys.describeAcls) {
      const filter = filterIn(request, head);
      const { acls } = this.#options;
      this.#answers.expect(head.correlationId, (answer) => asIfListed(answer, head, acls.matching(filter)));
      this.#sockets.toBroker(framed(request));
      return;
    }
    if (head.apiKey === apiKeys.createAcls || head.apiKey === apiKeys.deleteAcls) {
      this.#changeNoAcls(request, head);
      return;
    }
    if (!isAllowedBeforeLogin(head)) {
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

  /** Continues with a request when its names are decided; no later request overtakes it. */
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
        const sentence = `the rights on the names in a request could not be applied: ${String(error)}`;
        if (!this.#ending) this.refuse(new GatewayRefusal('names_not_decided', sentence));
      },
    );
  }

  #forward(request: Buffer, head: RequestHead): void {
    const answered = head.apiKey !== apiKeys.produce || isAnswered(request, request.length, head) === true;
    if (answered) this.#answers.expect(head.correlationId);
    this.#sockets.toBroker(framed(request));
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
        // Close after this answer has been written.
        process.nextTick(() => this.#finish());
        return this.#denial(error, head);
      }
    };
    this.#answers.expect(head.correlationId, onAnswer === undefined ? undefined : change);
    this.#sockets.toBroker(forward);
  }

  #initProducerId(request: Buffer, head: RequestHead): void {
    const { role } = this.#login;
    const denied = role?.mayWriteIdempotently === true ? undefined : denyProducerId(request, head);
    if (denied === undefined) {
      this.#answers.expect(head.correlationId);
      this.#sockets.toBroker(framed(request));
      return;
    }
    const who = role === undefined ? {} : { accessKeyId: role.accessKeyId, roleArn: role.arn };
    const sentence =
      role === undefined
        ? 'the client has not logged in'
        : notGranted(role, 'writeIdempotently', ', so there is no producer id');
    this.#options.refuse(new GatewayRefusal('write_data_idempotently_not_granted', sentence, who));
    this.#answers.expect(head.correlationId, (answer) => deniedProducerId(answer, head));
    this.#sockets.toBroker(denied);
  }

  /** The broker decides whether the client may change ACLs, and changes none. */
  #changeNoAcls(request: Buffer, head: RequestHead): void {
    const { acls } = this.#options;
    const given = aclsIn(request, head);
    const each = <T>(at: number, work: (acl: (typeof given)[number]) => T): T => {
      const acl = given[at];
      if (acl === undefined) throw new MalformedMessage('an answer about ACLs has too many entries');
      return work(acl);
    };
    const creates = head.apiKey === apiKeys.createAcls;
    this.#answers.expect(head.correlationId, (answer) =>
      creates
        ? asIfCreated(answer, head, (at) => each(at, (acl) => acls.add(acl)))
        : asIfDeleted(answer, head, (at) => each(at, (filter) => acls.remove(filter))),
    );
    this.#sockets.toBroker(creates ? createsNothing(request, head) : deletesNothing(request, head));
  }

  /** Answers in turn, after the delay of a broker, and closes the connection. Nothing more is read. */
  #refuse(refused: GatewayRefusal, head: RequestHead): void {
    const answer = this.#denial(refused, head);
    const place = this.#answers.reserve();
    this.#refused = true;
    this.#requests.stop();
    this.#balance();
    this.#timer = setTimeout(() => {
      this.#timer = setTimeout(() => this.#finish(), LINGER_MS);
      place.fill(answer, () => this.#finish());
    }, REFUSAL_DELAY_MS);
  }

  #denial(refused: GatewayRefusal, head: RequestHead): Buffer {
    const id = this.#options.refuse(refused);
    if (head.apiKey === apiKeys.saslAuthenticate) return refuseAuthenticate(head, `[${id}]: Access denied`);
    const { unsupportedMechanism, unsupportedVersion } = saslErrors;
    return refuseHandshake(head, refused.reason === 'handshake_version' ? unsupportedVersion : unsupportedMechanism);
  }

  /** Sends what was written; nothing more is read. */
  #finish(): void {
    this.#ending = true;
    this.#requests.stop();
    this.#responses.stop();
    this.#sockets.finish();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.destroy(), LINGER_MS).unref();
  }

  #onBrokerClosed(wasConnected: boolean): void {
    if (this.#ending) return;
    if (!wasConnected) {
      this.#options.refuse(new GatewayRefusal('broker_unreachable', 'the broker behind this gateway does not answer'));
    }
    this.#finish();
  }

  #guard(work: () => void): void {
    if (this.#options.client.destroyed) return;
    try {
      work();
      this.#balance();
    } catch (error) {
      if (error instanceof GatewayRefusal) this.refuse(error);
      else if (error instanceof MalformedMessage) this.refuse(new GatewayRefusal('malformed', error.message));
      // An error in the gateway's own code ends this connection only, not all of them.
      else this.refuse(new GatewayRefusal('internal', `the gateway failed: ${String(error)}`));
    }
  }

  #balance(): void {
    if (this.#ending) return;
    this.#sockets.balance(this.#refused || this.#deciding || this.#answers.outstanding >= MOST_OUTSTANDING);
  }
}
