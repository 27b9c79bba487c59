import { pause } from '../../base/abort.js';
import type { Coordinator } from './coordinator.js';

/** A join or a sync that waits for longer than this may have been lost on its way; the group's state can tell. */
const SUSPECT_MS = 1_500;
const ASK_EVERY_MS = 1_000;
/** A response may be on its way while the group is asked: one look proves nothing. */
const LOOKS = 2;
/** A group that still waits for joins after this long may wait for this one: it is sent again. */
const JOIN_AGAIN_MS = 5_000;

type Waiting = 'joinGroup' | 'syncGroup';

/** The states of a group in which it answers such a request at once. */
const answering: Readonly<Record<Waiting, ReadonlySet<string>>> = {
  joinGroup: new Set(['CompletingRebalance', 'Stable', 'Empty', 'Dead']),
  syncGroup: new Set(['PreparingRebalance', 'Stable', 'Empty', 'Dead']),
};

export interface RebalanceWatchOptions {
  readonly group: string;
  /** True: the group knows this member, so that a second join replaces the first one. */
  readonly canJoinAgain: boolean;
}

/**
 * Looks after one request that a group may keep waiting: it may take as long as a rebalance takes, and a request or a
 * response that was lost looks the same from here. The group's state tells them apart. If the request was lost, the
 * connection is dropped, which rejects the request.
 */
export class RebalanceWatch {
  readonly #coordinator: Coordinator;
  readonly #api: Waiting;
  readonly #options: RebalanceWatchOptions;
  readonly #stopped = new AbortController();
  #joinsAgain = false;

  constructor(coordinator: Coordinator, api: Waiting, options: RebalanceWatchOptions) {
    this.#coordinator = coordinator;
    this.#api = api;
    this.#options = options;
    this.#watch().catch(() => undefined); // It does not throw; if it did, the time limit of the request applies.
  }

  /** True: the request was dropped only to be sent once more. Nothing has failed. */
  get joinsAgain(): boolean {
    return this.#joinsAgain;
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #watch(): Promise<void> {
    const { group, canJoinAgain } = this.#options;
    const since = performance.now();
    let looks = 0;
    await this.#pause(SUSPECT_MS);
    while (!this.#isStopped()) {
      const state = await this.#state();
      if (this.#isStopped()) return;
      const waitedMs = Math.round(performance.now() - since);
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

  /** Undefined: the coordinator cannot tell. The time limit of the request applies then. */
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
    return pause(ms, this.#stopped.signal);
  }
}
