import type { trace_span, traced_operation } from '../base/ports.js';
import { topic_type } from '../frame/topic-type.js';
import type { config } from './config/config.js';

/** The fields that not every operation has. */
type Rest = Omit<traced_operation, 'kind' | 'topic' | 'client_id' | 'correlation_id'>;

/**
 * Begins a span, if the tracing port makes spans. The callers look at this first (`start_span`), so that nothing is
 * allocated for each frame without them.
 *
 * @param id the correlation id; the empty string of a frame without one is left out
 */
export function startSpan<F>(
  { tracing, connection: { client_id } }: config<F>,
  kind: traced_operation['kind'],
  topic: string,
  id: string | undefined,
  rest: Rest,
): trace_span | undefined {
  return tracing.start_span?.({ kind, topic, client_id, correlation_id: id === '' ? undefined : id, ...rest });
}

/** The correlation id of an outgoing frame, which need not be a request or a reply. */
export function correlationOf<F>({ frame_codec }: config<F>, kind: topic_type, frame: F): string | undefined {
  const { request_reply: codec } = frame_codec;
  try {
    return (kind === topic_type.worker ? codec?.request_info(frame) : codec?.reply_info(frame))?.correlation_id;
  } catch {
    return undefined;
  }
}
