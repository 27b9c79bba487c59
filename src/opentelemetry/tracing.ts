import {
  context,
  createContextKey,
  diag,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Attributes,
  type Context,
  type SpanContext,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api';
import type { trace_span, traced_operation, tracing } from '../base/ports.js';
import { SCOPE } from './scope.js';
import { OpenTelemetrySpan } from './span.js';
import { contextOf, traceparentOf } from './trace-context.js';

/** `messaging.operation.name`, and the first word of the span's name. */
const operationNames = {
  request: 'request',
  send: 'send',
  handle: 'process',
  reply: 'reply',
  dead_letter: 'dead_letter',
} as const;

/** The conventions have no type for a request: its record has a span of its own. */
const operationTypes = {
  request: undefined,
  send: 'send',
  handle: 'process',
  reply: 'send',
  dead_letter: 'send',
} as const;

/** Spans with the semantic conventions for messaging (docs/opentelemetry.md). */
export class OpenTelemetryTracing implements tracing {
  readonly #tracer: Tracer;
  #isContextKept: boolean | undefined;

  constructor(provider: TracerProvider | undefined) {
    this.#tracer = provider === undefined ? trace.getTracer(SCOPE) : provider.getTracer(SCOPE);
  }

  // Names of the port.
  // eslint-disable-next-line @typescript-eslint/naming-convention
  current_traceparent(): string | undefined {
    return traceparentOf(trace.getSpanContext(context.active()));
  }

  // eslint-disable-next-line @typescript-eslint/naming-convention
  start_span(operation: traced_operation): trace_span {
    this.#isContextKept ??= keepsContext();
    const { kind, topic, headers } = operation;
    const carried = contextOf(headers);
    const isOfReader = kind === 'handle' || kind === 'dead_letter';
    const parent = isOfReader ? parentOfReader(carried) : context.active();
    const span = this.#tracer.startSpan(
      `${operationNames[kind]} ${topic}`,
      {
        kind: spanKind(kind, carried),
        attributes: attributesOf(operation),
        links: carried === undefined || kind === 'request' ? [] : [{ context: carried }],
      },
      parent,
    );
    return new OpenTelemetrySpan(span, trace.setSpan(parent, span));
  }
}

/**
 * A record is handled, or given up, whenever there is room for it: what happens to be active then belongs to another
 * frame, or to the start of the process.
 */
function parentOfReader(carried: SpanContext | undefined): Context {
  return carried === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, carried);
}

/**
 * A send whose record carries another context is not the one that consumers refer to: a context that the caller chose,
 * or that of the record which is kept as a dead letter.
 */
function spanKind(kind: traced_operation['kind'], carried: SpanContext | undefined): SpanKind {
  if (kind === 'handle') return SpanKind.CONSUMER;
  return kind === 'request' || kind === 'dead_letter' || carried !== undefined ? SpanKind.CLIENT : SpanKind.PRODUCER;
}

function attributesOf(operation: traced_operation): Attributes {
  const { kind, topic, client_id, correlation_id, position, group, attempt } = operation;
  // Undefined values are left out by the SDK.
  return {
    'messaging.system': 'kafka',
    'messaging.destination.name': topic,
    'messaging.operation.name': operationNames[kind],
    'messaging.operation.type': operationTypes[kind],
    'messaging.client.id': client_id,
    'messaging.message.conversation_id': correlation_id,
    'messaging.consumer.group.name': group,
    'messaging.destination.partition.id': position === undefined ? undefined : String(position.partition),
    'messaging.kafka.offset': position?.offset,
    'easy_pubsub.attempt': attempt,
  };
}

const probe = createContextKey(SCOPE);

/** Without a context manager, no span has a parent in its process: this is seldom wanted. */
function keepsContext(): boolean {
  const isKept = context.with(ROOT_CONTEXT.setValue(probe, true), () => context.active().getValue(probe) === true);
  if (!isKept) {
    diag.warn(
      'easy-pubsub: no context manager is registered, so spans have no parents. Call register() of the NodeTracerProvider, or start() of the NodeSDK.',
    );
  }
  return isKept;
}
