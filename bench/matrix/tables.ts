import { sweeps, type MatrixResult, type MatrixRow, type Sweep } from './cells.js';

/** The condition that a sweep changes, as the first columns of its table. */
const columns: Readonly<Record<Sweep['id'], readonly (readonly [title: string, of: (row: MatrixRow) => number])[]>> = {
  load: [
    ['paths', ({ paths }) => paths],
    ['in flight', ({ inFlight }) => inFlight],
  ],
  payload: [['payload, bytes', ({ payloadBytes }) => payloadBytes]],
  partitions: [['partitions', ({ partitions }) => partitions]],
  requesters: [['requesters', ({ requesters }) => requesters]],
  brokers: [['brokers', ({ brokers }) => brokers]],
};

const figures = [
  ['round trips/s', ({ rate }: MatrixRow) => rate.toFixed(0)],
  ['p99 ms', ({ p99_ms }: MatrixRow) => p99_ms.toFixed(1)],
  ['client CPU µs', ({ client_cpu_us }: MatrixRow) => client_cpu_us.toFixed(0)],
  ['broker CPU µs', ({ broker_cpu_us }: MatrixRow) => broker_cpu_us.toFixed(0)],
] as const;

/** One Markdown table for each sweep that was measured, with the peers side by side. */
export function markdownTables({ cells }: MatrixResult): string {
  return sweeps
    .map((sweep) => ({ sweep, rows: cells.filter((row) => row.sweep === sweep.id) }))
    .filter(({ rows }) => rows.length > 0)
    .map(({ sweep, rows }) => `### ${sweep.title}\n\n${table(sweep, rows)}`)
    .join('\n\n');
}

function table(sweep: Sweep, rows: readonly MatrixRow[]): string {
  const first = columns[sweep.id];
  const peers = [...new Set(rows.map(({ peer }) => peer))];
  const keyOf = (row: MatrixRow): string => first.map(([, of]) => of(row)).join(' | ');
  const keys = [...new Set(rows.map(keyOf))];
  const head = [...first.map(([title]) => title), 'figure', ...peers];
  const lines = keys.flatMap((key) =>
    figures.map(([title, of]) => {
      const values = peers.map((peer) => rows.find((row) => row.peer === peer && keyOf(row) === key));
      return `| ${key} | ${title} | ${values.map((row) => (row === undefined ? '–' : of(row))).join(' | ')} |`;
    }),
  );
  return [`| ${head.join(' | ')} |`, `|${head.map(() => '---').join('|')}|`, ...lines].join('\n');
}
