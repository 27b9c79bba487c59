import { timedOutSentence } from '../../base/deadline.js';
import { pubsub_error } from '../../base/error.js';
import { connectFailed } from '../health.js';
import type { PendingRequest } from './pending-request.js';

/**
 * The code of the reply to a request that was past its deadline by the clock of the worker, although it arrived without
 * delay.
 */
export const EXPIRED_CODE = 'expired';

/** Begins the message of such a reply: a `handler_error` may have the same code. */
const EXPIRED_BEGINS = "by the worker's clock the deadline had passed at ";

/** The reply to a request whose deadline has passed according to the worker's clock. */
export function expiredAnswer(wallMs: number): { code: string; message: string } {
  return { code: EXPIRED_CODE, message: `${EXPIRED_BEGINS}${new Date(wallMs).toISOString()}` };
}

/** True: the worker refused the request because of its clock. */
export function isExpiredAnswer({ code, message }: { readonly code: string; readonly message: string }): boolean {
  return code === EXPIRED_CODE && message.startsWith(EXPIRED_BEGINS);
}

function askWorkers(replyTopic: string): string {
  return `Check that a worker is running and is fast enough, that it may reply to topic ${replyTopic} (PUBSUB_REPLY_TOPICS_ALLOWED of the worker; its log names a refused topic), that no quota throttles its client id, and that the clocks agree: workers skip requests past their deadline.`;
}

/** The outcome that a caller of `request` waits for. */
export const replying = { stage: 'reply', what: 'a reply' } as const;

/**
 * @param obstacle what keeps this process from receiving replies; then nothing is known about the workers
 * @param replyTopic where its workers reply to
 */
export function timedOut<F>(
  { deadline, issues, partition, repliesSeen }: PendingRequest<F>,
  obstacle: pubsub_error | undefined,
  replyTopic: string,
): pubsub_error {
  const sentence = timedOutSentence(deadline.timeoutMs, repliesSeen > 0 ? 'the last reply' : 'a reply');
  const hint = issues === 0 ? 'It was not sent: no reply partition was assigned in time.' : obstacle?.hint;
  return new pubsub_error(
    'deadline_exceeded',
    'reply',
    obstacle === undefined
      ? sentence
      : `${sentence}; this requester cannot receive replies now: ${obstacle.raw_message}`,
    {
      retryable: true,
      cause: obstacle,
      hint: obstacle === undefined ? (hint ?? askWorkers(replyTopic)) : hint,
      details: {
        timeout_ms: Math.round(deadline.timeoutMs),
        issues,
        reply_partition: partition,
        replies_seen: repliesSeen,
      },
    },
  );
}

const SEND_AGAIN = 'Mark requests that may be handled twice as idempotent: they are then sent again automatically.';

/** @param exists false: the topic has no partition of this number any more, because it was created again with fewer */
export function partitionLost<F>(
  { partition }: PendingRequest<F>,
  { topic, generation, exists }: { topic: string; generation: number; exists: boolean },
): pubsub_error {
  const sentence = exists
    ? `reply partition ${partition} moved to another requester while the request waited`
    : `reply partition ${partition} does not exist any more: topic ${topic} was created again with fewer partitions while the request waited`;
  return new pubsub_error('partition_lost', 'reply', sentence, {
    retryable: true,
    hint: exists ? `${SEND_AGAIN} Or use PUBSUB_REPLY_MODE=own.` : SEND_AGAIN,
    details: { topic, partition, generation },
  });
}

/** @param leftMs milliseconds until the request's deadline, on the clock of this process */
export function replyError(error: { code: string; message: string }, reply: unknown, leftMs: number): pubsub_error {
  const details = { reply_code: error.code, reply_message: error.message };
  // Readable but not enumerable, so that it is not printed: a frame is large, and may hold values that JSON cannot
  // represent.
  Object.defineProperty(details, 'reply', { value: reply, enumerable: false });
  const sentence = `the worker answered ${error.code}: ${error.message}`;
  if (!isExpiredAnswer(error)) return new pubsub_error('reply_error', 'reply', sentence, { details });
  const left = Math.round(leftMs);
  return new pubsub_error('reply_error', 'reply', `${sentence}; here ${left} ms were left: the clocks differ`, {
    details: { ...details, clock_difference_ms: left },
    hint: "The worker's clock is ahead of this one by at least clock_difference_ms. Synchronize both clocks: deadlines are sent as wall-clock times.",
  });
}

export function overloaded(most: number): pubsub_error {
  return new pubsub_error('overloaded', 'send', `${most} requests are already waiting for replies`, {
    retryable: true,
    hint: 'Send fewer requests at the same time, or raise PUBSUB_MAX_IN_FLIGHT.',
  });
}

export function noPartition(topic: string): pubsub_error {
  return new pubsub_error('no_partition', 'join', `this member of the group owns no partition of topic ${topic}`, {
    retryable: true,
    hint: `There are more members than partitions: give topic ${topic} more partitions, or use PUBSUB_REPLY_MODE=own.`,
    details: { topic },
  });
}

export function disposed(): pubsub_error {
  return new pubsub_error('disposed', 'reply', 'this requester is disposed');
}

/** @param failure why the last connect() failed; undefined: there was none */
export function notConnected(failure: pubsub_error | undefined): pubsub_error {
  const sentence = 'this requester is not connected';
  if (failure === undefined)
    return new pubsub_error('argument_invalid', 'send', sentence, { hint: 'Call connect() first.' });
  const why = connectFailed(failure);
  return new pubsub_error('argument_invalid', 'send', `${sentence}: ${why}`, {
    cause: failure,
    hint: failure.hint === undefined ? 'Call connect() again.' : `Call connect() again. ${failure.hint}`,
  });
}

export function noRequestReply(): pubsub_error {
  return new pubsub_error('config_invalid', 'config', 'config.frame_codec has no request_reply part', {
    hint: 'Add request_reply to the codec, or use only the publisher and the subscribers.',
  });
}

export function correlationIdInvalid(kind: string): pubsub_error {
  return new pubsub_error('argument_invalid', 'send', `correlation_id must be a string, and is ${kind}`, {
    hint: 'Leave it out for a random one.',
    details: { field: 'correlation_id' },
  });
}

export function taken(correlationId: string): pubsub_error {
  return new pubsub_error('argument_invalid', 'send', `another request with correlation id ${correlationId} is open`);
}
