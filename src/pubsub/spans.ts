import type { trace_span } from '../base/ports.js';
import type { request_info } from '../frame/frame-codec.js';
import { topic_type } from '../frame/topic-type.js';
import type { record_headers } from '../kafka/connection.js';
import type { config } from './config/config.js';
import type { delivery } from './delivery.js';

// Without spans (`start_span`), none of these allocates anything: they are called for every frame.

/** From the call of a requester to its outcome. */
export function startRequest<F>(
  { tracing, topics, connection }: config<F>,
  correlationId: string,
  headers: record_headers | undefined,
): trace_span | undefined {
  return tracing.start_span?.({
    kind: 'request',
    topic: topics.worker,
    client_id: connection.client_id,
    correlation_id: correlationId,
    headers,
  });
}

/** A record on its way to the brokers. */
export function startSend<F>(
  settings: config<F>,
  kind: topic_type,
  topic: string,
  frame: F,
  headers: record_headers | undefined,
): trace_span | undefined {
  return settings.tracing.start_span?.({
    kind: kind === topic_type.worker ? 'send' : 'reply',
    topic,
    client_id: settings.connection.client_id,
    correlation_id: correlationOf(settings, kind, frame),
    headers,
  });
}

/** One attempt to handle a frame. */
export function startHandle<F>(
  { tracing, connection, groups }: config<F>,
  { position, headers }: delivery<F>,
  info: request_info | undefined,
  attempt: number,
): trace_span | undefined {
  return tracing.start_span?.({
    kind: 'handle',
    topic: position.topic,
    client_id: connection.client_id,
    correlation_id: idOf(info),
    headers,
    position,
    group: groups.worker,
    attempt,
  });
}

/** A frame without one has the empty text. */
function idOf(info: { readonly correlation_id: string } | undefined): string | undefined {
  return info === undefined || info.correlation_id === '' ? undefined : info.correlation_id;
}

function correlationOf<F>({ frame_codec }: config<F>, kind: topic_type, frame: F): string | undefined {
  const { request_reply: codec } = frame_codec;
  try {
    return idOf(kind === topic_type.worker ? codec?.request_info(frame) : codec?.reply_info(frame));
  } catch {
    // Not a request, or not a reply: it is sent all the same.
    return undefined;
  }
}
