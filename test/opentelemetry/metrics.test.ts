import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { metrics as api } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type Histogram,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { describedMetrics } from '../../src/opentelemetry/instruments.js';
import { opentelemetry_ports } from '../../src/opentelemetry/index.js';

/** A provider whose metrics can be read. */
function meters(): { provider: MeterProvider; read: () => Promise<MetricData[]> } {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1_000_000 });
  const provider = new MeterProvider({ readers: [reader] });
  onTestFinished(() => provider.shutdown());
  const read = async (): Promise<MetricData[]> => {
    await provider.forceFlush();
    const [scope] = exporter.getMetrics().at(-1)?.scopeMetrics ?? [];
    expect(scope?.scope.name).toBe('easy-pubsub');
    return scope?.metrics ?? [];
  };
  return { provider, read };
}

test('a count becomes a counter, with its labels as attributes', async () => {
  const { provider, read } = meters();
  const { metrics } = opentelemetry_ports({ meter_provider: provider });
  metrics.count('frames_done', 1, { kind: 'handled' });
  metrics.count('frames_done', 2, { kind: 'handled' });
  metrics.count('frames_done', 1, { kind: 'failed' });
  const [data] = await read();
  expect(data!.descriptor).toMatchObject({ name: 'easy_pubsub.frames_done', unit: '{frame}' });
  expect(data!.dataPointType).toBe(DataPointType.SUM);
  expect(data!.dataPoints.map(({ attributes, value }) => [attributes, value])).toEqual([
    [{ kind: 'handled' }, 3],
    [{ kind: 'failed' }, 1],
  ]);
});

test('an observed time becomes a histogram of seconds', async () => {
  const { provider, read } = meters();
  const { metrics } = opentelemetry_ports({ meter_provider: provider });
  metrics.observe('request_ms', 20);
  metrics.observe('request_ms', 1_500);
  const [data] = await read();
  expect(data!.descriptor).toMatchObject({ name: 'easy_pubsub.request.duration', unit: 's' });
  expect(data!.dataPointType).toBe(DataPointType.HISTOGRAM);
  expect(data!.dataPoints[0]!.value).toMatchObject({ count: 2, min: 0.02, max: 1.5, sum: 1.52 });
  expect((data!.dataPoints[0]!.value as Histogram).buckets.boundaries).toContain(60);
});

test('an observed size becomes a histogram of bytes; an unknown count is counted', async () => {
  const { provider, read } = meters();
  const { metrics } = opentelemetry_ports({ meter_provider: provider });
  metrics.observe('frame_bytes', 1_000);
  metrics.count('of_a_later_version', 1);
  expect((await read()).map(({ descriptor: { name, unit } }) => [name, unit])).toEqual([
    ['easy_pubsub.frame.size', 'By'],
    ['easy_pubsub.of_a_later_version', '1'],
  ]);
});

test('a provider that is registered later is used from then on', async () => {
  const { metrics } = opentelemetry_ports();
  metrics.count('commits', 1);
  const { provider, read } = meters();
  api.setGlobalMeterProvider(provider);
  onTestFinished(() => api.disable());
  metrics.count('commits', 5);
  metrics.observe('request_ms', 1);
  expect((await read()).map(({ descriptor, dataPoints: [point] }) => [descriptor.name, point!.value])).toEqual([
    ['easy_pubsub.commits', 5],
    ['easy_pubsub.request.duration', expect.objectContaining({ count: 1 })],
  ]);
});

test('every metric of docs/metrics.md is described as there', () => {
  const [library = ''] = readFileSync('docs/metrics.md', 'utf8').split('## In CloudWatch');
  const rows = [...library.matchAll(/^\| `(\w+)` \|[^|]*\| (.*) \|$/gm)].map(([, name, text]) => [
    name,
    text!.replaceAll('`', ''),
  ]);
  expect(describedMetrics).toEqual(Object.fromEntries(rows));
});

test('Prometheus reads them from the exporter of the SDK', async () => {
  const reader = new PrometheusExporter({ host: '127.0.0.1', port: 0, preventServerStart: true });
  const provider = new MeterProvider({ readers: [reader] });
  onTestFinished(() => provider.shutdown());
  const { metrics } = opentelemetry_ports({ meter_provider: provider });
  metrics.count('frames_done', 3, { kind: 'handled' });
  metrics.observe('request_ms', 30);
  await reader.startServer();
  // The exporter does not return its port.
  const { port } = (reader as unknown as { _server: { address(): AddressInfo } })._server.address();
  const text = await new Promise<string>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/metrics' }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve(body));
    }).on('error', reject);
  });
  expect(text).toMatch(/^easy_pubsub_frames_done_total\{kind="handled"[^}]*\} 3$/m);
  expect(text).toMatch(/^# HELP easy_pubsub_frames_done_total requests that a worker finished/m);
  expect(text).toMatch(/^easy_pubsub_request_duration_bucket\{[^}]*le="0.05"\} 1$/m);
  expect(text).toMatch(/^easy_pubsub_request_duration_sum\S* 0.03$/m);
});
