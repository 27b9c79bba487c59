import type { ApiName, BrokerApis } from './broker-apis.js';

export interface RequestOptions {
  /** How long the broker itself may wait before it answers (a long poll, a group that rebalances). @default 0 */
  readonly waitMs?: number;
  /** How long the answer may take beyond that. @default the request time-out of the settings */
  readonly timeoutMs?: number;
}

/** One connection to one broker, logged in. */
export interface BrokerConnection {
  /** host:port */
  readonly address: string;
  readonly isOpen: boolean;
  /** For how long the oldest request has waited beyond what the broker may wait itself; 0: for no time, or none waits. */
  overdueMs(): number;
  /** For how long the oldest request has waited at all. */
  waitingMs(): number;
  /**
   * Rejects when there is no answer: the connection broke, or the time for an answer is over. After the latter the
   * connection is closed, since whatever comes on it would be too late as well.
   */
  request<A extends ApiName>(
    api: A,
    body: BrokerApis[A]['request'],
    options?: RequestOptions,
  ): Promise<BrokerApis[A]['answer']>;
  /** Closes the connection at once; requests that wait reject with this reason. */
  close(reason: string): void;
}

/** Opens a connection and logs in. Rejects with the first failure; it does not try again. */
export type OpenConnection = (address: { host: string; port: number }) => Promise<BrokerConnection>;
