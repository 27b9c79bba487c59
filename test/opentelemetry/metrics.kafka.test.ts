import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { expect, inject, test } from 'vitest';
import {
  create_frame,
  handler_error,
  payload_text,
  requester,
  text_payload,
  worker,
  worker_frame,
} from '../../src/index.js';
import { opentelemetry_ports } from '../../src/opentelemetry/index.js';
import { refusal } from '../support/refusal.js';
import { until } from '../support/until.js';
import { makeWorld } from '../support/world.js';

test('requests and handlers are counted and measured, with few attributes', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1_000_000 });
  const provider = new MeterProvider({ readers: [reader] });
  const world = await makeWorld({ brokers: inject('brokers') });
  const settings = world.with({}, opentelemetry_ports({ meter_provider: provider }));
  {
    await using served = worker.create(settings, (frame) => {
      if (payload_text(frame) === 'bad') throw new handler_error('bad', 'it is bad');
      return create_frame({ payloads: frame.payloads });
    });
    await using caller = requester.create(settings);
    await Promise.all([served.connect(), caller.connect()]);
    const ask = (text: string) => caller.request(worker_frame({ path: text, payloads: [text_payload(text)] }));
    await Promise.all(Array.from({ length: 20 }, (_, i) => ask(`good ${i}`)));
    await refusal(ask('bad'));
    await until('all are counted', () => served.counts.handled + served.counts.failed === 21);
  }
  await provider.forceFlush();
  const measured = exporter
    .getMetrics()
    .at(-1)!
    .scopeMetrics.flatMap(({ metrics }) => metrics);
  await provider.shutdown();
  const of = (name: string) => measured.find(({ descriptor }) => descriptor.name === name)?.dataPoints;
  expect(of('easy_pubsub.request.duration')).toEqual([
    expect.objectContaining({ attributes: {}, value: expect.objectContaining({ count: 20 }) as unknown }),
  ]);
  expect(of('easy_pubsub.failed_requests')?.map(({ attributes, value }) => [attributes, value])).toEqual([
    [{ code: 'reply_error' }, 1],
  ]);
  expect(
    of('easy_pubsub.frames_done')
      ?.map(({ attributes, value }) => [attributes['kind'], value])
      .toSorted(),
  ).toEqual([
    ['failed', 1],
    ['handled', 20],
  ]);
  expect(of('easy_pubsub.connections_opened')).toBeDefined();
  for (const { dataPoints } of measured) expect(dataPoints.length).toBeLessThanOrEqual(4);
});
