/** Variables of the function that makes scheduled sanity runs. The variable for metrics is in metrics.ts. */
export const scheduledVariables = {
  /** The names of the functions that it invokes. */
  publisher: 'EASY_PUBSUB_PUBLISHER_FUNCTION',
  worker: 'EASY_PUBSUB_WORKER_FUNCTION',
  reply_to: 'EASY_PUBSUB_REPLY_TO_FUNCTION',
  /** Their time-out, in milliseconds. */
  timeout_ms: 'EASY_PUBSUB_FUNCTION_TIMEOUT_MS',
  /** "true" if the stack created the topics, so that invalid records may be written there. */
  own_topics: 'EASY_PUBSUB_OWN_TOPICS',
  /** This project's version, for the report. */
  version: 'EASY_PUBSUB_VERSION',
} as const;

/** The function refuses an event that is later than this, because its run would overlap the next one. */
export const LATEST_START_MS = 120_000;
