import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-node';
import { afterAll, beforeAll } from 'vitest';
import { opentelemetry_ports, type opentelemetry_result } from '../../src/opentelemetry/index.js';
import { until } from '../support/until.js';
import type { World } from '../support/world.js';

/** One process, as far as its telemetry is concerned: its own provider and exporter. */
export interface Recorded {
  readonly ports: opentelemetry_result;
  readonly provider: NodeTracerProvider;
  /** The spans that have ended, in the order of their ends. */
  readonly ended: () => ReadableSpan[];
}

export function recorded(): Recorded {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const ports = opentelemetry_ports({ tracer_provider: provider });
  return { ports, provider, ended: () => exporter.getFinishedSpans() };
}

/** Programs register a provider, which also installs the context manager. It is removed after the test file. */
export function registerContext(): void {
  beforeAll(() => new NodeTracerProvider().register());
  afterAll(() => {
    trace.disable();
    context.disable();
    propagation.disable();
  });
}

/** Waits for a number of spans, and returns them. */
export async function spansOf(parts: readonly Recorded[], count: number): Promise<ReadableSpan[]> {
  const all = (): ReadableSpan[] => parts.flatMap(({ ended }) => ended());
  await until(`${count} spans have ended`, () => all().length >= count);
  return all();
}

/** Names of spans as lines, indented below their parents; topics are called worker and reply_to. */
export function tree(spans: readonly ReadableSpan[], { settings }: World): string[] {
  const ids = new Set(spans.map((span) => span.spanContext().spanId));
  const isRoot = (span: ReadableSpan): boolean => !ids.has(span.parentSpanContext?.spanId ?? '');
  const below = (parent: ReadableSpan, depth: number): string[] => [
    '  '.repeat(depth) + shortName(parent),
    ...inOrder(spans.filter((span) => span.parentSpanContext?.spanId === parent.spanContext().spanId)).flatMap((span) =>
      below(span, depth + 1),
    ),
  ];
  return inOrder(spans.filter(isRoot)).flatMap((root) => below(root, 0));

  function shortName({ name, status }: ReadableSpan): string {
    const short = name.replace(settings.topics.worker, 'worker').replace(settings.topics.reply_to, 'reply_to');
    return status.code === SpanStatusCode.ERROR ? `${short} (failed)` : short;
  }
}

function inOrder(spans: readonly ReadableSpan[]): ReadableSpan[] {
  const startOf = ({ startTime: [s, ns] }: ReadableSpan): number => s * 1e9 + ns;
  return spans.toSorted((one, other) => startOf(one) - startOf(other));
}

/** The one span with this beginning of its name. */
export function only(spans: readonly ReadableSpan[], beginning: string): ReadableSpan {
  const found = spans.filter(({ name }) => name.startsWith(beginning));
  if (found.length !== 1) throw new Error(`${found.length} spans are called ${beginning}…`);
  return found[0]!;
}

export const kindOf = ({ kind }: ReadableSpan): string => SpanKind[kind];

export const parentOf = ({ parentSpanContext }: ReadableSpan): string | undefined => parentSpanContext?.spanId;

/** A span of a program around some work. */
export function inSpan<T>(part: Recorded, name: string, work: () => Promise<T>): Promise<T> {
  return part.provider.getTracer('a program').startActiveSpan(name, async (span) => {
    try {
      return await work();
    } finally {
      span.end();
    }
  });
}
