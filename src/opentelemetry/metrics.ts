import {
  metrics as registered,
  type Attributes,
  type Counter,
  type Histogram,
  type Meter,
  type MeterProvider,
} from '@opentelemetry/api';
import type { metrics } from '../base/ports.js';
import { instrumentOf } from './instruments.js';
import { SCOPE } from './scope.js';

type Labels = Readonly<Record<string, string>>;

/** The metrics of docs/metrics.md as instruments, each created when it is first used. */
export class OpenTelemetryMetrics implements metrics {
  readonly #given: MeterProvider | undefined;
  readonly #counters = new Map<string, Counter>();
  readonly #histograms = new Map<string, { readonly histogram: Histogram; readonly factor: number }>();
  #provider: MeterProvider | undefined;
  #meter: Meter | undefined;

  constructor(provider: MeterProvider | undefined) {
    this.#given = provider;
  }

  count(name: string, value: number, labels?: Labels): void {
    const meter = this.#currentMeter();
    let counter = this.#counters.get(name);
    if (counter === undefined) {
      const { instrument, unit, description } = instrumentOf(name);
      counter = meter.createCounter(instrument, { unit, description });
      this.#counters.set(name, counter);
    }
    counter.add(value, attributes(labels));
  }

  observe(name: string, value: number, labels?: Labels): void {
    const meter = this.#currentMeter();
    let found = this.#histograms.get(name);
    if (found === undefined) {
      const { instrument, unit, description, factor, boundaries } = instrumentOf(name);
      const advice = boundaries === undefined ? {} : { advice: { explicitBucketBoundaries: [...boundaries] } };
      found = { histogram: meter.createHistogram(instrument, { unit, description, ...advice }), factor };
      this.#histograms.set(name, found);
    }
    found.histogram.record(value * found.factor, attributes(labels));
  }

  /** Instruments of the API stay without effect if they were created before a provider was registered. */
  #currentMeter(): Meter {
    const provider = this.#given ?? registered.getMeterProvider();
    if (this.#meter === undefined || provider !== this.#provider) {
      this.#provider = provider;
      this.#meter = provider.getMeter(SCOPE);
      this.#counters.clear();
      this.#histograms.clear();
    }
    return this.#meter;
  }
}

/** Labels are few and bounded. */
function attributes(labels: Labels | undefined): Attributes {
  return labels === undefined ? {} : { ...labels };
}
