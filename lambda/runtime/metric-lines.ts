import { METRIC_NAMESPACE, metricUnits, METRICS_VARIABLE, STACK_DIMENSION, type MetricName } from '../names/metrics.js';

/** The maximum number of values of one metric in a line (CloudWatch: embedded metric format specification). */
const VALUES_PER_LINE = 100;

/**
 * The metrics of one invocation, written as lines of CloudWatch's embedded metric format, which needs no call and no
 * right.
 *
 * They are written directly to stdout. The runtime wraps the output of `console` in an object, in which CloudWatch does
 * not find the metrics. Writes to a pipe or a file are synchronous on Linux (Node: "A note on process I/O"), so they
 * are complete before the answer is sent, and before Lambda freezes the process.
 *
 * This is our own writer, because AWS's library is larger than the remaining space of a bundle's 600 kB.
 */
export class MetricLines {
  readonly #stack: string | undefined;
  readonly #write: (line: string) => void;
  readonly #values = new Map<MetricName, number[]>();

  constructor(
    env: Readonly<Record<string, string | undefined>> = process.env,
    write: (line: string) => void = (line) => void process.stdout.write(line),
  ) {
    this.#stack = env[METRICS_VARIABLE];
    this.#write = write;
  }

  add(name: MetricName, ...values: readonly number[]): void {
    const own = this.#values.get(name);
    if (own === undefined) this.#values.set(name, [...values]);
    else own.push(...values);
  }

  /** Writes the added values if metrics are on, and clears them. */
  flush(): void {
    if (this.#stack !== undefined && this.#stack !== '') {
      for (let from = 0; ; from += VALUES_PER_LINE) {
        const part = [...this.#values]
          .map(([name, values]) => [name, values.slice(from, from + VALUES_PER_LINE)] as const)
          .filter(([, values]) => values.length > 0);
        if (part.length === 0) break;
        this.#write(`${JSON.stringify(line(this.#stack, part))}\n`);
      }
    }
    this.#values.clear();
  }
}

function line(stack: string, part: readonly (readonly [MetricName, readonly number[]])[]): object {
  return {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [[STACK_DIMENSION]],
          Metrics: part.map(([name]) => ({ Name: name, Unit: metricUnits[name] })),
        },
      ],
    },
    [STACK_DIMENSION]: stack,
    ...Object.fromEntries(part),
  };
}
