/** Milliseconds, of `count` samples. Null if there is none. */
export interface LatencySummary {
  readonly count: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** The samples of one hop. All samples are kept, because a run has only some thousands. */
export class Latency {
  readonly #samples: number[] = [];

  add(ms: number): void {
    this.#samples.push(ms);
  }

  /** All samples, or `most` of them at equal distances in sorted order, including the largest. */
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
      // Nearest rank: the smallest sample that is not exceeded by this share of all samples.
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
