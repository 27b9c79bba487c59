import Table from 'cli-table3';
import { bareTable, trimmed } from '../sanity/report/table.js';
import { visible } from './visible.js';

/** A table with a head, for people. Numbers are aligned to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const aligned = head.map((_, column) =>
    rows.length > 0 && rows.every((row) => typeof row[column] === 'number') ? 'right' : 'left',
  );
  const lines = new Table({ ...bareTable, head: [...head], colAligns: aligned });
  for (const row of rows) lines.push(row.map((cell) => visible(String(cell))));
  return trimmed(lines.toString());
}
