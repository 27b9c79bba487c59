// For programs that send requests, answer them, or read the topics.
export { config, type config_input, type config_ports, type config_sections } from './pubsub/config/config.js';
export { publisher, type connect_publisher_options, type send_options } from './pubsub/publisher/publisher.js';
export type { connect_options } from './pubsub/fail-fast.js';
export { worker_subscriber } from './pubsub/subscriber/worker-subscriber.js';
export { reply_to_subscriber } from './pubsub/subscriber/reply-to-subscriber.js';
export { dead_letter_topic, type failed_frame } from './pubsub/worker/dead-letter-topic.js';
export { partition_tracking } from './pubsub/requester/partition-tracking.js';
export { requester } from './pubsub/requester/requester.js';
export type {
  call_options,
  reply_event,
  request_options,
  requester_counts,
  requester_options,
  sent_event,
} from './pubsub/requester/requester-options.js';
export { worker } from './pubsub/worker/worker.js';
export {
  command,
  commands,
  type command_function,
  type command_map,
  type command_options,
  type handled_command,
  type named_command,
} from './pubsub/worker/commands.js';
export {
  handler_error,
  no_reply,
  type frame_handler,
  type handled_event,
  type handler_context,
  type handler_result,
  type worker_counts,
  type worker_options,
  type worker_status,
} from './pubsub/worker/worker-options.js';
export type {
  position_reset,
  position_reset_reason,
  state_change,
  subscriber_options,
  subscriber_state,
  subscriber_status,
} from './pubsub/subscriber/subscription.js';
export type {
  health,
  health_part,
  reading_health,
  publisher_health,
  requester_health,
  subscriber_health,
  worker_health,
} from './pubsub/health.js';
export type { frame_queue } from './pubsub/subscriber/frame-queue.js';
export type { frame_counts } from './pubsub/subscriber/frame-source.js';
export type { bad_record, delivery, on_bad_record, position, worker_delivery } from './pubsub/subscriber/delivery.js';
export type { record_headers } from './kafka/connection.js';

// Frames.
export {
  bytes_payload,
  create_frame,
  payload_text,
  text_payload,
  worker_frame,
  type AirCoreFrame,
  type Coordinates,
  type FrameError,
  type frame_init,
  type Hop,
  type KafkaKey,
  type Path,
  type Payload,
  type Sequencing,
  type worker_frame_address,
} from './frame/air-core-frame.js';
export { json_payload, payload_json } from './frame/json-payload.js';
export type {
  schema_input,
  schema_issue,
  schema_output,
  schema_result,
  standard_schema,
} from './frame/standard-schema.js';
export { path_numbers, type frame_path, type path_part } from './frame/path.js';
export { topic_type } from './frame/topic-type.js';

// Errors and waiting.
export {
  pubsub_error,
  pubsub_error_codes,
  type pubsub_error_code,
  type pubsub_error_options,
  type pubsub_stage,
} from './base/error.js';
export type { wait_options } from './base/deadline.js';
export type {
  clock,
  fields_first_logger,
  logger,
  message_first_logger,
  metrics,
  record_place,
  span_outcome,
  trace_span,
  traced_operation,
  tracing,
} from './base/ports.js';

// For programs with their own frame class.
export { AirCoreFrameSchema } from './frame/air-core-frame.js';
export { air_core_codec, hop_names } from './frame/air-core-codec.js';
export { path_key_bytes } from './frame/path-key.js';
export type {
  frame_codec,
  frame_destination,
  reply_address,
  reply_info,
  request_address,
  request_info,
  request_reply_codec,
} from './frame/frame-codec.js';
