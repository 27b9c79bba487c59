/** What a run should do. */
export interface SanityOptions {
  /** Counted requests, besides those of single checks. @default 200 */
  readonly count: number;
  /** Requests that wait for replies at the same time. @default 16 */
  readonly concurrency: number;
  /** Bytes of text in each frame. @default 200 */
  readonly payloadBytes: number;
  /** Milliseconds for the whole run. @default 60 000 */
  readonly timeoutMs: number;
  /** Keeps groups and records. @default false */
  readonly keep: boolean;
}

export const defaultOptions: SanityOptions = {
  count: 200,
  concurrency: 16,
  payloadBytes: 200,
  timeoutMs: 60_000,
  keep: false,
};
