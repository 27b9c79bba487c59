/** Variables of the function that makes scheduled sanity runs. The variable for metrics is in metrics.ts. */
export const scheduledVariables = {
  /** Names of the functions that it invokes. */
  publisher: 'EASY_PUBSUB_PUBLISHER_FUNCTION',
  worker: 'EASY_PUBSUB_WORKER_FUNCTION',
  reply_to: 'EASY_PUBSUB_REPLY_TO_FUNCTION',
  /** Their time-out, in milliseconds. */
  timeout_ms: 'EASY_PUBSUB_FUNCTION_TIMEOUT_MS',
  /** "true" where the topics are the stack's own, so that bad records may be planted there. */
  own_topics: 'EASY_PUBSUB_OWN_TOPICS',
  /** This project's version, for the report. */
  version: 'EASY_PUBSUB_VERSION',
} as const;

/** An event that reaches the function later than this after its time is refused: its run would reach into the next one's time. */
export const LATEST_START_MS = 120_000;
