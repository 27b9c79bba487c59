import type { ApiName, BrokerApis } from './broker-apis.js';

export interface RequestOptions {
  /** How long the broker itself may wait before it answers (a long poll, a group that rebalances). @default 0 */
  readonly waitMs?: number;
  /** How long the response may take in addition. @default the request time-out of the settings */
  readonly timeoutMs?: number;
}

/** One connection to one broker, logged in. */
export interface BrokerConnection {
  /** host:port */
  readonly address: string;
  readonly isOpen: boolean;
  /** Monotonic time until which the broker throttles this connection: it reads no requests until then. */
  readonly throttledUntil: number;
  /** How long the oldest request is overdue, after the time that the broker itself may wait, or throttles; 0 if none is. */
  overdueMs(): number;
  /** How long the oldest request has waited. */
  waitingMs(): number;
  /**
   * Rejects if there is no response: the connection broke, or the time for a response is over. In the second case the
   * connection is closed, because later responses on it would be too late as well.
   */
  request<A extends ApiName>(
    api: A,
    body: BrokerApis[A]['request'],
    options?: RequestOptions,
  ): Promise<BrokerApis[A]['answer']>;
  /** Closes the connection immediately; waiting requests reject with this reason. */
  close(reason: string): void;
}

/** Opens a connection and logs in. Rejects with the first failure, without a retry. */
export type OpenConnection = (address: { host: string; port: number }) => Promise<BrokerConnection>;
