/** Milliseconds, of `count` samples. Null where there was none. */
export interface LatencySummary {
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

  /** All samples, or `most` of them at equal distances in their order, the largest among them. */
  samples(most: number): number[] {
    const sorted = this.#sorted();
    const count = Math.min(most, sorted.length);
    return Array.from({ length: count }, (_, n) =>
      rounded(sorted[Math.ceil(((n + 1) * sorted.length) / count) - 1] ?? 0),
    );
  }

  summary(): LatencySummary {
    const sorted = this.#sorted();
    const at = (quantile: number): number | null => {
      // Nearest rank: the smallest sample that this share of all samples does not exceed.
      const sample = sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)];
      return sample === undefined ? null : rounded(sample);
    };
    return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
  }

  #sorted(): number[] {
    return [...this.#samples].sort((a, b) => a - b);
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
