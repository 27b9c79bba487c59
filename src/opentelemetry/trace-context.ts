import { createTraceState, isSpanContextValid, TraceFlags, type SpanContext } from '@opentelemetry/api';
import { headerNames } from '../base/header-names.js';

type Headers = Readonly<Record<string, string>>;

/** https://www.w3.org/TR/trace-context/#traceparent-header: a version after 00 may have more parts. */
const pattern = /^(?!ff)([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;

/** The context that these headers carry; undefined if there is none, or it is malformed. */
export function contextOf(headers: Headers | undefined): SpanContext | undefined {
  const parts = pattern.exec(headers?.[headerNames.traceparent] ?? '');
  if (parts === null) return undefined;
  const [, version = '', traceId = '', spanId = '', flags = '', more] = parts;
  if (version === '00' && more !== undefined) return undefined;
  const state = headers?.[headerNames.tracestate];
  const found: SpanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED,
    isRemote: true,
    ...(state === undefined ? {} : { traceState: createTraceState(state) }),
  };
  return isSpanContextValid(found) ? found : undefined;
}

/** Undefined for the context of a span that an SDK did not create. */
export function traceparentOf(context: SpanContext | undefined): string | undefined {
  if (context === undefined || !isSpanContextValid(context)) return undefined;
  const { traceId, spanId, traceFlags } = context;
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/** The headers that carry a context. */
export function headersOf(context: SpanContext): Headers {
  const traceparent = traceparentOf(context);
  if (traceparent === undefined) return {};
  const tracestate = context.traceState?.serialize() ?? '';
  return {
    [headerNames.traceparent]: traceparent,
    ...(tracestate === '' ? {} : { [headerNames.tracestate]: tracestate }),
  };
}
