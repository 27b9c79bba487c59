import { describe, expect, it } from 'vitest';
import { cellsOf, sweeps, type MeasuredCell } from '../../bench/matrix/cells.js';
import { medianCells } from '../../bench/matrix/median-cells.js';

const [cell, other] = cellsOf(sweeps[0]!) as [MeasuredCell['cell'], MeasuredCell['cell']];

function measured(change: Partial<MeasuredCell>): MeasuredCell {
  const figures = { rate: 1, p50_ms: 1, p99_ms: 1, client_cpu_us: 1, broker_cpu_us: 1, other_percent: 0 };
  return { sweep: 'load', cell, peer: 'tuned', ...figures, ...change };
}

describe('medianCells', () => {
  it('has one row for each cell of a peer, with the medians of its rounds', () => {
    const rounds = [
      measured({ rate: 30, p99_ms: 1 }),
      measured({ rate: 10, p99_ms: 3 }),
      measured({ rate: 20, p99_ms: 9 }),
    ];
    expect(
      medianCells([...rounds, measured({ cell: other, rate: 7 }), measured({ peer: 'platformatic' })]),
    ).toMatchObject([
      { peer: 'tuned', inFlight: cell.inFlight, rate: 20, p99_ms: 3, rounds: 3 },
      { peer: 'tuned', inFlight: other.inFlight, rate: 7, rounds: 1 },
      { peer: 'platformatic', rounds: 1 },
    ]);
  });

  it('leaves out what was measured while other processes used the machine', () => {
    const busy = measured({ rate: 1, other_percent: 16 });
    expect(medianCells([busy, measured({ rate: 9, other_percent: 15 })])).toMatchObject([{ rate: 9, rounds: 1 }]);
    expect(medianCells([busy])).toEqual([]);
  });
});
