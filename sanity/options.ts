/** What a run is asked to do. */
export interface SanityOptions {
  /** Requests that are counted, besides those of the special cases. @default 200 */
  readonly count: number;
  /** Requests that wait for their replies at once. @default 16 */
  readonly concurrency: number;
  /** Text in each frame. @default 200 */
  readonly payloadBytes: number;
  /** For the whole run. @default 60 s */
  readonly timeoutMs: number;
  /** Leaves groups and records where they are. @default false */
  readonly keep: boolean;
}

export const default_options: SanityOptions = {
  count: 200,
  concurrency: 16,
  payloadBytes: 200,
  timeoutMs: 60_000,
  keep: false,
};
