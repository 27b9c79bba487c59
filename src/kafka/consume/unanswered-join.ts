import { onAbort } from '../../base/abort.js';
import type { GroupCoordinator } from './coordinator.js';

/** A join or a sync request without an answer for this long may have been lost; the state of the group shows it. */
const SUSPECT_MS = 1_500;
const ASK_EVERY_MS = 1_000;
/** A response may be on its way while the group is asked: one look proves nothing. */
const LOOKS = 2;
/** A group that still waits for joins after this long may wait for this member: its join is sent again. */
const JOIN_AGAIN_MS = 5_000;

type Waiting = 'joinGroup' | 'syncGroup';

/** The group states in which a coordinator answers such a request at once. */
const answering: Readonly<Record<Waiting, ReadonlySet<string>>> = {
  joinGroup: new Set(['CompletingRebalance', 'Stable', 'Empty', 'Dead']),
  syncGroup: new Set(['PreparingRebalance', 'Stable', 'Empty', 'Dead']),
};

export interface UnansweredJoinOptions {
  readonly group: string;
  /** True: the group knows this member, so that a second join replaces the first one. */
  readonly canJoinAgain: boolean;
}

/**
 * Watches one request whose answer a group may delay. It may take as long as a rebalance, and a lost request or
 * response looks the same to this process. The state of the group tells the cases apart. If the request was lost, the
 * connection is closed, which rejects the request.
 */
export class UnansweredJoin {
  readonly #coordinator: GroupCoordinator;
  readonly #api: Waiting;
  readonly #options: UnansweredJoinOptions;
  readonly #stopped = new AbortController();
  #joinsAgain = false;

  constructor(coordinator: GroupCoordinator, api: Waiting, options: UnansweredJoinOptions) {
    this.#coordinator = coordinator;
    this.#api = api;
    this.#options = options;
    this.#watch().catch(() => undefined); // The look does not throw; if it did, the time limit of the request would apply.
  }

  /** True: the request was dropped only to be sent again. Nothing has failed. */
  get joinsAgain(): boolean {
    return this.#joinsAgain;
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #watch(): Promise<void> {
    const { group, canJoinAgain } = this.#options;
    const since = performance.now();
    // Not before the request is sent, nor while the broker throttles its connection, and reads nothing from it.
    const unansweredMs = (): number => Math.min(performance.now() - since, this.#coordinator.unansweredMs('group'));
    let looks = 0;
    while (!this.#isStopped()) {
      const quietMs = unansweredMs();
      if (quietMs < SUSPECT_MS) {
        looks = 0;
        await this.#pause(Math.ceil(SUSPECT_MS - quietMs));
        continue;
      }
      const state = await this.#state();
      if (this.#isStopped()) return;
      const waitedMs = Math.round(unansweredMs());
      if (waitedMs < SUSPECT_MS) continue;
      looks = state !== undefined && answering[this.#api].has(state) ? looks + 1 : 0;
      if (looks >= LOOKS) {
        const reason = `${this.#api} was not answered for ${waitedMs} ms, and group ${group} is ${state}: the request or its response was lost`;
        this.#coordinator.drop('group', reason);
        return;
      }
      if (canJoinAgain && this.#api === 'joinGroup' && state === 'PreparingRebalance' && waitedMs > JOIN_AGAIN_MS) {
        this.#joinsAgain = true;
        this.#coordinator.drop('group', `joinGroup is sent again: group ${group} waits for members to join`);
        return;
      }
      await this.#pause(ASK_EVERY_MS);
    }
  }

  /** Undefined: the coordinator cannot say. Then the time limit of the request applies. */
  async #state(): Promise<string | undefined> {
    try {
      const [group] = await this.#coordinator.ask('data', 'describeGroups', { groups: [this.#options.group] });
      return group?.error === undefined ? group?.state : undefined;
    } catch {
      return undefined;
    }
  }

  #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      let forget = (): unknown => undefined;
      const end = (): void => {
        clearTimeout(timer);
        forget();
        resolve();
      };
      const timer = setTimeout(end, ms);
      forget = onAbort(this.#stopped.signal, end);
    });
  }
}
