import { pubsub_error } from '../../base/error.js';
import { quotedValue } from '../../base/value-kind.js';
import type { frame_destination, request_info } from '../../frame/frame-codec.js';
import { topic_type } from '../../frame/topic-type.js';
import type { config } from '../config/config.js';
import { thrownText } from '../../base/thrown.js';

/** An encoded frame, and its destination. */
export interface OutgoingFrame {
  readonly topic: string;
  readonly key: Buffer | null;
  /** Undefined: the key decides. */
  readonly partition: number | undefined;
  readonly value: Buffer;
}

/**
 * Checks a frame before it is sent.
 *
 * @throws pubsub_error `argument_invalid`, `frame_invalid`, `frame_too_large`, `partition_unknown`, `topic_not_allowed`
 */
export function outgoingFrame<F>(settings: config<F>, kind: topic_type, frame: F): OutgoingFrame {
  const destination = destinationOf(settings, kind, frame);
  if (kind === topic_type.worker) checkReplyTo(settings, frame);
  return { ...destination, value: encode(settings, frame) };
}

function destinationOf<F>(settings: config<F>, kind: topic_type, frame: F): Omit<OutgoingFrame, 'value'> {
  const { topics } = settings;
  if (!(kinds as readonly string[]).includes(kind)) {
    throw new pubsub_error(
      'argument_invalid',
      'send',
      `${quotedValue(kind)} is not a topic_type: ${kinds.join(' or ')}`,
    );
  }
  let destination: frame_destination;
  try {
    destination = settings.frame_codec.destination(kind, frame);
  } catch (error) {
    throw invalid(error, 'the frame has no destination');
  }
  const configured = kind === topic_type.worker ? topics.worker : topics.reply_to;
  const topic = destination.topic ?? configured;
  if (kind === topic_type.worker ? topic !== configured : !topics.reply_allowed.includes(topic)) {
    const allowed = kind === topic_type.worker ? [configured] : topics.reply_allowed;
    throw new pubsub_error('topic_not_allowed', 'send', `the frame names topic ${topic}, which is not allowed here`, {
      hint:
        kind === topic_type.worker
          ? `Frames of type worker go to ${configured}.`
          : `Replies go to ${allowed.join(', ')}; PUBSUB_REPLY_TOPICS_ALLOWED adds others.`,
      details: { topic, allowed },
    });
  }
  if ('key' in destination) return { topic, key: bufferOf(destination.key), partition: undefined };
  checkPartition(topic, destination.partition);
  return { topic, key: null, partition: destination.partition };
}

const kinds = Object.values(topic_type);

/** A request that no worker would answer is refused here, so that its caller gets the error. */
function checkReplyTo<F>(settings: config<F>, frame: F): void {
  const replyTo = replyAddress(settings, frame);
  if (replyTo === undefined) return;
  const { reply_allowed: allowed } = settings.topics;
  const topic = replyTo.topic === '' ? settings.topics.reply_to : replyTo.topic;
  if (!allowed.includes(topic)) {
    throw new pubsub_error('topic_not_allowed', 'send', `the request asks for its reply on topic ${topic}`, {
      hint: `Replies go to ${allowed.join(', ')}; PUBSUB_REPLY_TOPICS_ALLOWED adds others, here and at the worker.`,
      details: { topic, allowed },
    });
  }
  checkPartition(topic, replyTo.partition);
}

/** The reply address of a frame; undefined if it has none, or if its codec does not consider it a request. */
function replyAddress<F>({ frame_codec }: config<F>, frame: F): request_info['reply_to'] {
  try {
    return frame_codec.request_reply?.request_info(frame).reply_to;
  } catch (error) {
    if (pubsub_error.is(error)) throw error;
    return undefined;
  }
}

function checkPartition(topic: string, partition: number): void {
  if (Number.isInteger(partition) && partition >= 0) return;
  throw new pubsub_error('partition_unknown', 'send', `${quotedValue(partition)} is not a partition`, {
    hint: 'Partitions are whole numbers from 0.',
    details: { topic, partition },
  });
}

function encode<F>({ frame_codec, producer }: config<F>, frame: F): Buffer {
  let bytes: Uint8Array;
  try {
    bytes = frame_codec.encode(frame);
  } catch (error) {
    throw invalid(error, 'the frame cannot be encoded');
  }
  const { max_frame_bytes: most } = producer;
  if (bytes.length > most) {
    throw new pubsub_error('frame_too_large', 'encode', `the frame has ${bytes.length} bytes; the limit is ${most}`, {
      hint: 'Send less, or raise PUBSUB_MAX_FRAME_BYTES and the topic’s max.message.bytes.',
      details: { bytes: bytes.length, max_frame_bytes: most },
    });
  }
  return bufferOf(bytes);
}

/** The same bytes as a Buffer, which kafkajs requires. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The error that a codec threw. */
export function invalid(error: unknown, what: string): pubsub_error {
  if (pubsub_error.is(error)) return error;
  const reason = thrownText(error);
  return new pubsub_error('frame_invalid', 'encode', `${what}: ${reason}`, { cause: error });
}
