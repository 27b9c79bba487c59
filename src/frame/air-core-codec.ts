import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { pubsub_error } from '../base/error.js';
import { trusted } from './checked-codec.js';
import type { frame_codec, frame_destination, request_reply_codec } from './frame-codec.js';
import { readFrame } from './frame-reader.js';
import { writeFrame } from './frame-writer.js';
import {
  AirCoreFrameSchema,
  type AirCoreFrame,
  type Coordinates,
  type Hop,
  type KafkaKey,
} from './gen/air_core/v1/frame_pb.js';
import { path_key_bytes } from './path-key.js';
import { timestampOf, wallMsOf } from './timestamp.js';
import { topic_type } from './topic-type.js';
import { valueKind } from '../base/value-kind.js';

/** The hops that the classes of this library add to a frame. */
export const hop_names = {
  requester_sent: 'requester.sent',
  worker_received: 'worker.received',
  worker_replied: 'worker.replied',
} as const;

/** `AirCoreFrame`'s codec: the default of every configuration. Unknown fields are ignored. */
export const air_core_codec: frame_codec<AirCoreFrame> & { readonly request_reply: request_reply_codec<AirCoreFrame> } =
  trusted({
    encode: (frame) => writeFrame(frame) ?? toBinary(AirCoreFrameSchema, frame, { writeUnknownFields: false }),

    decode(bytes) {
      // Zero bytes are a valid, empty protobuf message, but not a frame.
      if (bytes.length === 0) throw new Error('the value is empty');
      const frame = readFrame(bytes) ?? fromBinary(AirCoreFrameSchema, bytes, { readUnknownFields: false });
      if (frame.sendTo === undefined) throw new Error('send_to is missing');
      return frame;
    },

    correlation_id: (frame) => frame.sendTo?.correlationId ?? '',

    destination(kind, frame): frame_destination {
      checkFrame(frame, 'what is sent');
      const kafkaKey = frame.sendTo?.kafkaKey;
      const named = kafkaKey === undefined || kafkaKey.kafkaTopic === '' ? {} : { topic: kafkaKey.kafkaTopic };
      const wanted = kafkaKey?.kafkaPartitionKey;
      if (kind === topic_type.worker) {
        if (wanted?.case === 'sequenceNumberPath') return { ...named, key: path_key_bytes(wanted.value.numbers) };
        throw missing(
          'send_to.kafka_key.sequence_number_path',
          'a frame for the worker topic needs a path, which becomes its key',
        );
      }
      if (wanted?.case !== 'partitionInteger') {
        throw missing('send_to.kafka_key.partition_integer', 'a frame for the reply_to topic needs a partition');
      }
      return { ...named, partition: wanted.value };
    },

    request_reply: {
      address_request(frame, { correlation_id, reply_topic, reply_partition, sent_at_ms, deadline_ms }) {
        checkFrame(frame, 'what is sent');
        return {
          ...frame,
          sendTo: coordinates(correlation_id, frame.sendTo?.kafkaKey),
          replyTo: coordinates(correlation_id, {
            $typeName: 'air_core.v1.KafkaKey',
            kafkaTopic: reply_topic,
            kafkaPartitionKey: { case: 'partitionInteger', value: reply_partition },
          }),
          sentAt: timestampOf(sent_at_ms),
          deadline: timestampOf(deadline_ms),
          hops: [...frame.hops, hop(hop_names.requester_sent, sent_at_ms)],
        };
      },

      request_info(frame) {
        const key = frame.replyTo?.kafkaKey;
        const partition = key?.kafkaPartitionKey;
        const destination = frame.sendTo?.kafkaKey?.kafkaPartitionKey;
        if (key !== undefined && partition?.case !== 'partitionInteger') {
          throw missing(
            'reply_to.kafka_key.partition_integer',
            'a request that asks for a reply must name the partition for it',
          );
        }
        return {
          correlation_id: frame.sendTo?.correlationId ?? '',
          deadline_ms: frame.deadline === undefined ? undefined : wallMsOf(frame.deadline),
          sent_at_ms: frame.sentAt === undefined ? undefined : wallMsOf(frame.sentAt),
          path: destination?.case === 'sequenceNumberPath' ? destination.value.numbers : undefined,
          reply_to:
            key === undefined || partition?.case !== 'partitionInteger'
              ? undefined
              : { topic: key.kafkaTopic, partition: partition.value },
        };
      },

      address_reply(reply, request, { number, last, received_at_ms, sent_at_ms }) {
        checkFrame(reply, 'the result of the handler');
        const addressed: AirCoreFrame = {
          ...reply,
          command: reply.command === '' ? request.command : reply.command,
          sequencing: { $typeName: 'air_core.v1.Sequencing', number, last },
          sentAt: timestampOf(sent_at_ms),
          hops: [
            ...request.hops,
            ...reply.hops,
            hop(hop_names.worker_received, received_at_ms),
            hop(hop_names.worker_replied, sent_at_ms),
          ],
        };
        // The reply goes to the address in its request, and names the position of the request.
        if (request.replyTo !== undefined) addressed.sendTo = request.replyTo;
        if (request.sendTo !== undefined) addressed.replyTo = request.sendTo;
        return addressed;
      },

      empty_reply: (request) => create(AirCoreFrameSchema, { command: request.command }),

      error_reply: (request, error) => create(AirCoreFrameSchema, { command: request.command, error }),

      reply_info(frame) {
        return {
          correlation_id: frame.sendTo?.correlationId ?? '',
          number: frame.sequencing?.number ?? 0,
          // Without numbering there is one reply, and it is the last.
          last: frame.sequencing?.last ?? true,
          error: frame.error === undefined ? undefined : { code: frame.error.code, message: frame.error.message },
        };
      },
    },
  });

function coordinates(correlationId: string, kafkaKey: KafkaKey | undefined): Coordinates {
  const $typeName = 'air_core.v1.Coordinates';
  return kafkaKey === undefined ? { $typeName, correlationId } : { $typeName, correlationId, kafkaKey };
}

function hop(name: string, wallMs: number): Hop {
  return { $typeName: 'air_core.v1.Hop', name, at: timestampOf(wallMs) };
}

/** What callers in JavaScript may give: a string, a `Map`, a promise, an object that `create_frame` did not make. */
function checkFrame(value: unknown, what: string): void {
  if (typeof value === 'object' && value !== null && 'payloads' in value && 'hops' in value) {
    if (Array.isArray(value.payloads) && Array.isArray(value.hops)) return;
  }
  throw new pubsub_error('frame_invalid', 'encode', `${what} is ${valueKind(value)}, not a frame`, {
    hint: 'create_frame and worker_frame create frames; text_payload and json_payload hold their content.',
  });
}

function missing(field: string, why: string): pubsub_error {
  return new pubsub_error('frame_invalid', 'encode', `${field} is missing: ${why}`, { details: { field } });
}
