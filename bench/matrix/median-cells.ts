import { median } from '../statistics.js';
import { MOST_OTHER_PERCENT } from '../verdict.js';
import type { MatrixRow, MeasuredCell } from './cells.js';

/**
 * One row for each cell of a peer: the medians of its rounds. Rounds in which other processes used the machine are left
 * out, so a cell that was never measured alone has no row.
 */
export function medianCells(measured: readonly MeasuredCell[]): MatrixRow[] {
  const groups = new Map<string, MeasuredCell[]>();
  for (const one of measured) {
    if (one.other_percent > MOST_OTHER_PERCENT) continue;
    const key = JSON.stringify([one.sweep, one.peer, one.cell]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((rounds) => {
    const middle = (of: (round: MeasuredCell) => number): number => median(rounds.map(of));
    const { cell, sweep, peer } = rounds[0]!;
    return {
      ...cell,
      sweep,
      peer,
      rounds: rounds.length,
      rate: middle(({ rate }) => rate),
      p50_ms: middle(({ p50_ms }) => p50_ms),
      p99_ms: middle(({ p99_ms }) => p99_ms),
      client_cpu_us: middle(({ client_cpu_us }) => client_cpu_us),
      broker_cpu_us: middle(({ broker_cpu_us }) => broker_cpu_us),
      other_percent: middle(({ other_percent }) => other_percent),
    };
  });
}
