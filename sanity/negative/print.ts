import Table from 'cli-table3';
import pc from 'picocolors';
import { describePlace } from '../../rehearsal/index.js';
import { bareTable, trimmed, type Colors } from '../report/table.js';
import { nameOf } from './rows.js';
import type { MatrixReport, ReportedRow } from './report.js';

/** The matrix for people. */
export function printMatrix(report: MatrixReport, colors: boolean): string {
  const c = pc.createColors(colors);
  const { right, rows, seed, exit_code } = report;
  const last = `${right} of ${rows.length} rows correct (seed ${seed})`;
  return [
    rowTable(rows, c),
    '',
    placeLine(report),
    settingsLine(report),
    (exit_code === 0 ? c.green : c.red)(c.bold(last)),
  ].join('\n');
}

function rowTable(rows: readonly ReportedRow[], c: Colors): string {
  const head = ['row', 'function', 'removed', 'resource', 'failed first', 'client reported', 'broker reported'];
  const table = new Table({
    ...bareTable,
    head: [...head, 'ms', ''].map((text) => c.bold(text)),
    colAligns: ['right', ...head.slice(1).map(() => 'left' as const), 'right', 'left'],
  });
  for (const row of rows) {
    const mark = row.wrong.length === 0 ? c.green('✓') : c.red('✗');
    table.push([...cells(row), c.dim(String(row.ms)), mark]);
    for (const wrong of row.wrong) table.push(['', { colSpan: head.length + 1, content: c.red(`→ ${wrong}`) }]);
  }
  return trimmed(table.toString());
}

/** Without names of topics and groups: they are in the next column, or end with the run's id. */
function cells({ row, removed, failed, client_cause, broker_evidence }: ReportedRow): string[] {
  const client = client_cause.map(({ function: name, action }) => `${name} lacks ${short(action)}`);
  const broker = broker_evidence.denied.map(({ action, requests }) => `${short(action)} (${requests.join(', ')})`);
  return [
    String(row),
    removed?.function ?? '–',
    removed === null ? 'none: a control' : short(removed.action),
    removed === null ? '' : nameOf(removed) || 'the cluster',
    failed ?? 'nothing',
    client.join('; ') || 'nothing',
    broker.join('; ') || 'nothing',
  ];
}

function short(action: string): string {
  return action.replace(/^kafka-cluster:/, '');
}

function placeLine({ stack, place }: MatrixReport): string {
  return `assumed place of ${stack}: ${describePlace(place)}`;
}

function settingsLine({ stack, ms, settings }: MatrixReport): string {
  const variables = Object.entries(settings.variables).map(([name, value]) => `${name}=${value}`);
  const delay = settings.group_initial_rebalance_delay_ms;
  return `${stack} in ${(ms / 1000).toFixed(0)} s, with group.initial.rebalance.delay.ms=${delay} (MSK: 3000) and ${variables.join(' ')} (denials are final)`;
}
