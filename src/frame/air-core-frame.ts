import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { path_numbers, type frame_path } from './path.js';
import { AirCoreFrameSchema, PayloadSchema, type AirCoreFrame, type Payload } from './gen/air_core/v1/frame_pb.js';

export type {
  AirCoreFrame,
  Coordinates,
  Error as FrameError,
  Hop,
  KafkaKey,
  Path,
  Payload,
  Sequencing,
} from './gen/air_core/v1/frame_pb.js';
export { AirCoreFrameSchema } from './gen/air_core/v1/frame_pb.js';

/** The argument of `create_frame`: the fields of a frame to set, as plain objects. */
export type frame_init = MessageInitShape<typeof AirCoreFrameSchema>;

/**
 * Creates a frame from plain objects.
 *
 * @example
 * const frame = create_frame({ command: 'greet', payloads: [text_payload('hello')] });
 */
export function create_frame(init: frame_init = {}): AirCoreFrame {
  return create(AirCoreFrameSchema, init);
}

/**
 * Creates a frame for the worker topic. Its path decides its partition, and frames of one path keep their order.
 *
 * @example
 * await pub.send(topic_type.worker, worker_frame({ path: 'order-42', command: 'greet' }));
 *
 * @throws pubsub_error `frame_invalid` if the path contains something else than whole numbers from 0 and strings
 */
export function worker_frame(init: Omit<frame_init, 'sendTo' | '$typeName'> & worker_frame_address): AirCoreFrame {
  const { path, correlation_id, ...rest } = init;
  return create(AirCoreFrameSchema, {
    ...rest,
    sendTo: {
      $typeName: 'air_core.v1.Coordinates',
      correlationId: correlation_id ?? '',
      kafkaKey: {
        $typeName: 'air_core.v1.KafkaKey',
        kafkaTopic: '',
        kafkaPartitionKey: {
          case: 'sequenceNumberPath',
          value: { $typeName: 'air_core.v1.Path', numbers: path_numbers(path) },
        },
      },
    },
  });
}

/** Where a frame for the worker topic goes. */
export interface worker_frame_address {
  /** A number, a string, or a list of them (see `frame_path`). Frames of one path are handled in order. */
  path: frame_path;
  /** A requester sets this. @default '' */
  correlation_id?: string;
}

/** @param contentType a media type; @default 'text/plain; charset=utf-8' */
export function text_payload(text: string, contentType = 'text/plain; charset=utf-8'): Payload {
  return { $typeName: 'air_core.v1.Payload', contentType: contentType, content: { case: 'text', value: text } };
}

/** @param contentType a media type; @default 'application/octet-stream' */
export function bytes_payload(bytes: Uint8Array, contentType = 'application/octet-stream'): Payload {
  return create(PayloadSchema, { contentType: contentType, content: { case: 'bytes', value: bytes } });
}

/** The text of a frame's first text payload, or undefined. */
export function payload_text(frame: AirCoreFrame): string | undefined {
  for (const payload of frame.payloads) if (payload.content.case === 'text') return payload.content.value;
  return undefined;
}
