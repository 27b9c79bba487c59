import { diag, DiagLogLevel } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { expect, inject, onTestFinished, test } from 'vitest';
import { requester, worker, worker_frame } from '../../src/index.js';
import { opentelemetry_ports } from '../../src/opentelemetry/index.js';
import { readTopic } from '../support/read-topic.js';
import { makeWorld } from '../support/world.js';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test('without an SDK, the trace context of a request is in its reply', async () => {
  const world = await makeWorld({ brokers: inject('brokers') });
  const settings = world.with({}, opentelemetry_ports());
  await using served = worker.create(settings, () => undefined);
  await using caller = requester.create(settings);
  await Promise.all([served.connect(), caller.connect()]);
  await caller.request(worker_frame({ path: 1 }), { headers: { traceparent, tracestate: 'a=1' } });
  const [record] = await readTopic(world.connection, settings.topics.reply_to);
  expect(record!.headers).toEqual({ traceparent, tracestate: 'a=1' });
});

test('without a context manager, a warning says once that spans have no parents', () => {
  const warnings: string[] = [];
  const ignore = (): void => undefined;
  const warn = (line: string): void => void warnings.push(line);
  diag.setLogger({ verbose: ignore, debug: ignore, info: ignore, error: ignore, warn }, DiagLogLevel.WARN);
  onTestFinished(() => diag.disable());
  const { tracing } = opentelemetry_ports({ tracer_provider: new NodeTracerProvider() });
  const operation = {
    kind: 'send',
    topic: 't',
    client_id: 'c',
    correlation_id: undefined,
    headers: undefined,
  } as const;
  tracing.start_span?.(operation);
  tracing.start_span?.(operation);
  expect(warnings).toEqual([expect.stringMatching(/no context manager is registered.*register\(\)/)]);
});
