import { int16, int32, noTags, string } from '../../rehearsal/gateway/protocol/wire.js';

export const apiKeys = { produce: 0, joinGroup: 11, heartbeat: 12 } as const;

/** Error codes of Kafka's protocol. */
export const NOT_COORDINATOR = 16;
export const REBALANCE_IN_PROGRESS = 27;
export const COORDINATOR_LOADING = 14;
export const COORDINATOR_UNAVAILABLE = 15;

const HEARTBEAT_FLEXIBLE_FROM = 4;
const JOIN_FLEXIBLE_FROM = 6;

/** The fault of one member: one heartbeat is answered with an error, and then exactly one join fails. */
export class JoinFailure {
  #step: 'heartbeat' | 'join' | 'over' = 'heartbeat';
  readonly log: string[] = [];
  readonly #over: () => void;
  /** Resolves when the join has failed. */
  readonly done: Promise<void>;

  constructor(
    /** The client id, or its prefix. */
    readonly clientId: string,
    readonly heartbeatError: number,
    /** The error of the join; `closed`: its connection is closed instead. */
    readonly join: number | 'closed',
  ) {
    let over: () => void = () => undefined;
    this.done = new Promise((resolve) => (over = resolve));
    this.#over = over;
  }

  /** Decides what to do with a request of this client: nothing, change its response, or answer it. */
  take(apiKey: number, version: number): 'pass' | 'change' | 'answer' | 'close' {
    if (this.#step === 'heartbeat' && apiKey === apiKeys.heartbeat) {
      this.#step = 'join';
      this.log.push(`Heartbeat v${version} answered with ${this.heartbeatError}`);
      return 'change';
    }
    if (this.#step === 'join' && apiKey === apiKeys.joinGroup) {
      this.#step = 'over';
      this.log.push(
        `JoinGroup v${version} ${this.join === 'closed' ? 'lost its connection' : `answered with ${this.join}`}`,
      );
      this.#over();
      return this.join === 'closed' ? 'close' : 'answer';
    }
    return 'pass';
  }

  /** The broker's response to the heartbeat, with the error. */
  changeHeartbeat(answer: Buffer, version: number): Buffer {
    const changed = Buffer.from(answer);
    const throttle = version >= 1 ? 4 : 0;
    const tags = version >= HEARTBEAT_FLEXIBLE_FROM ? 1 : 0;
    changed.writeInt16BE(this.heartbeatError, 4 + tags + throttle);
    return changed;
  }

  /** The response of a coordinator that cannot accept a member now. The broker does not receive the request. */
  joinAnswer(correlationId: number, version: number): Buffer {
    if (this.join === 'closed') throw new RangeError('there is no answer on a closed connection');
    const flexible = version >= JOIN_FLEXIBLE_FROM;
    return Buffer.concat([
      int32(correlationId),
      ...(flexible ? [noTags] : []),
      ...(version >= 2 ? [int32(0)] : []),
      int16(this.join),
      int32(-1),
      ...(version >= 7 ? [string(undefined, true)] : []),
      // Its name became nullable together with the type's.
      string(version >= 7 ? undefined : '', flexible),
      string('', flexible),
      ...(version >= 9 ? [Buffer.from([0])] : []),
      string('', flexible),
      ...(flexible ? [Buffer.from([1]), noTags] : [int32(0)]),
    ]);
  }
}
