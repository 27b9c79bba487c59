/** Milliseconds, of `count` samples. Null where there was none. */
export interface latency_summary {
  readonly count: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** Samples of one hop. Exact: every sample is kept, and a run has some thousands. */
export class Latency {
  readonly #samples: number[] = [];

  add(ms: number): void {
    this.#samples.push(ms);
  }

  summary(): latency_summary {
    const sorted = [...this.#samples].sort((a, b) => a - b);
    const at = (quantile: number): number | null => {
      // Nearest rank: the smallest sample that this share of all samples does not exceed.
      const sample = sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)];
      return sample === undefined ? null : Math.round(sample * 100) / 100;
    };
    return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
  }
}
