import { draw } from './vega.mjs';
import type { MatrixResult, MatrixRow, Sweep } from './cells.js';

interface Plot {
  readonly name: string;
  readonly title: string;
  readonly sweep: Sweep['id'];
  readonly x: keyof MatrixRow;
  readonly xTitle: string;
  readonly y: keyof MatrixRow;
  readonly yTitle: string;
  /** One plot for each value of this, side by side. */
  readonly column?: keyof MatrixRow;
}

const cpu = (sweep: 'payload' | 'partitions', x: keyof MatrixRow, xTitle: string): Plot => ({
  name: `cpu-${sweep}.svg`,
  title: `Client CPU per round trip against ${xTitle}`,
  sweep,
  x,
  xTitle,
  y: 'client_cpu_us',
  yTitle: 'client CPU, µs per round trip',
});

export const plots: readonly Plot[] = [
  {
    name: 'rate.svg',
    title: 'Round trips per second against requests in flight',
    sweep: 'load',
    x: 'inFlight',
    xTitle: 'requests in flight',
    y: 'rate',
    yTitle: 'round trips/s',
    column: 'paths',
  },
  {
    name: 'p99.svg',
    title: 'p99 latency against requests in flight',
    sweep: 'load',
    x: 'inFlight',
    xTitle: 'requests in flight',
    y: 'p99_ms',
    yTitle: 'p99, ms',
    column: 'paths',
  },
  cpu('payload', 'payloadBytes', 'payload bytes'),
  cpu('partitions', 'partitions', 'partitions'),
];

/** The plots whose sweep was measured, as SVG, by file name. */
export async function drawPlots({ cells }: MatrixResult): Promise<[name: string, svg: string][]> {
  const wanted = plots.filter(({ sweep }) => cells.some((row) => row.sweep === sweep));
  return Promise.all(wanted.map(async (plot) => [plot.name, await draw(specificationOf(plot, cells))]));
}

/** A Vega-Lite specification; both axes are logarithmic. */
export function specificationOf(
  { title, sweep, x, xTitle, y, yTitle, column }: Plot,
  cells: readonly MatrixRow[],
): Record<string, unknown> {
  return {
    title,
    data: { values: cells.filter((row) => row.sweep === sweep) },
    width: 240,
    height: 200,
    mark: { type: 'line', point: true },
    encoding: {
      x: { field: x, type: 'quantitative', scale: { type: 'log' }, title: xTitle },
      y: { field: y, type: 'quantitative', scale: { type: 'log' }, title: yTitle },
      color: { field: 'peer', type: 'nominal', title: null },
      ...(column === undefined ? {} : { column: { field: column, type: 'ordinal', title: column } }),
    },
    config: { background: 'white' },
  };
}
