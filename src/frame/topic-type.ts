/** Which of the two topics a frame is for. */
export const topic_type = {
  /** Requests, keyed by their path. */
  worker: 'worker',
  /** Replies, on the partition that the requester owns and named. */
  reply_to: 'reply_to',
} as const;

export type topic_type = (typeof topic_type)[keyof typeof topic_type];
