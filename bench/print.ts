import Table from 'cli-table3';
import { measures } from './measures.js';
import type { PeerName } from './peer.js';
import { summarize } from './statistics.js';
import { figuresOf, judge, type Round } from './verdict.js';

const plain = { style: { head: [], border: [] } };

/** Medians, with the range of the kept rounds. */
export function figureTable(kept: readonly Round[], peers: readonly PeerName[]): string {
  const table = new Table({ ...plain, head: ['median (lowest–highest)', ...peers] });
  for (const { id, title, digits } of measures) {
    table.push([title, ...peers.map((peer) => spread(figuresOf(kept, peer, id), digits))]);
  }
  return table.toString();
}

/** Ratios are computed within a round, and their median is judged. */
export function targetTable(kept: readonly Round[]): string {
  const table = new Table({ ...plain, head: ['figure', 'of', 'compared with', 'median (range)', 'target', ''] });
  for (const { of, title, to, values, limit, reached } of judge(kept)) {
    table.push([title, of, to ?? '–', spread(values, 2), limit, reached ? 'reached' : 'MISSED']);
  }
  return table.toString();
}

function spread(values: readonly number[], digits: number): string {
  const { median, min, max } = summarize(values);
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}
