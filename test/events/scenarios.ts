/** One event of events/, by its path without ".json". */
export interface Step {
  event: string;
  /** It is still at work while the next ones run; its result is compared at the end. */
  behind?: true;
  /** The function's time-out. */
  timeoutMs?: number;
  /** Compared with this file instead of the event's own: the same event, a second time. */
  expected?: string;
}

/**
 * Which events belong together, in their order: a worker's events need frames, a reply_to's need replies. Each scenario
 * has topics and processes of its own; every file of events/ is in one of them.
 */
export const scenarios: Readonly<Record<string, readonly Step[]>> = {
  'end offsets of the topics': [{ event: 'publisher/positions' }],
  'what each function may do': [
    { event: 'publisher/rights' },
    { event: 'worker/rights' },
    { event: 'worker/rights-keep' },
    { event: 'reply-to/rights' },
  ],
  'requests and what becomes of them': [
    { event: 'worker/by-command', behind: true },
    { event: 'publisher/request-echo' },
    { event: 'publisher/request-warm-up' },
    { event: 'publisher/request-several' },
    { event: 'publisher/request-error' },
    { event: 'publisher/request-unknown-command' },
    { event: 'publisher/request-wrong' },
    { event: 'publisher/request-late' },
    { event: 'publisher/request-also' },
    { event: 'publisher/request-finish' },
  ],
  'frames one way, answered and collected': [
    { event: 'publisher/publish-foreign' },
    { event: 'publisher/publish' },
    { event: 'publisher/publish', expected: 'publisher/publish.again' },
    { event: 'worker/echo' },
    { event: 'worker/echo', expected: 'worker/echo.again' },
    { event: 'reply-to/collect' },
    { event: 'reply-to/collect', expected: 'reply-to/collect.again' },
  ],
  'many frames, until it is quiet': [
    { event: 'publisher/publish-generated' },
    { event: 'worker/delay' },
    { event: 'reply-to/collect-step' },
    { event: 'reply-to/collect-other-step', timeoutMs: 6_000 },
  ],
  'a handler that fails': [
    { event: 'publisher/publish-failing' },
    { event: 'worker/fail' },
    { event: 'reply-to/collect-errors' },
  ],
  'several replies to one frame': [
    { event: 'publisher/publish-several' },
    { event: 'worker/several' },
    { event: 'reply-to/collect-several' },
  ],
  'a reply that cannot be written': [{ event: 'publisher/publish-nowhere' }, { event: 'worker/undeliverable' }],
  'records that are not frames': [
    { event: 'publisher/publish-bad-records' },
    { event: 'worker/bad-records' },
    { event: 'publisher/publish-bad-replies' },
    { event: 'reply-to/collect-bad' },
  ],
  'a request without an answer in time': [{ event: 'publisher/request-unanswered' }, { event: 'worker/expired' }],
  'a reply that comes twice': [{ event: 'publisher/publish-replies' }, { event: 'reply-to/collect-duplicates' }],
  'paths of texts': [{ event: 'publisher/publish-text-paths' }],
  'frames that are refused': [{ event: 'publisher/publish-refused' }, { event: 'publisher/publish-pathless' }],
  'nothing comes before the deadline': [
    { event: 'worker/deadline', behind: true, timeoutMs: 6_000 },
    { event: 'reply-to/deadline', timeoutMs: 6_000 },
  ],
  'records of an event source mapping': [
    { event: 'worker/aws-kafka' },
    { event: 'worker/self-managed-kafka' },
    { event: 'worker/odd-records' },
  ],
  'events that are refused': [
    { event: 'publisher/invalid-action' },
    { event: 'publisher/invalid-missing' },
    { event: 'publisher/invalid-fields' },
    { event: 'worker/invalid-missing' },
    { event: 'worker/invalid-fields' },
    { event: 'worker/invalid-aws-kafka' },
    { event: 'reply-to/invalid-fields' },
  ],
};
