import Table from 'cli-table3';
import pc from 'picocolors';
import { hops } from './hops.js';
import type { Check, HopLatencies, SanityReport } from './schema.js';
import { bareTable, trimmed, type Colors } from './table.js';
import { wrapped } from './wrap.js';

/**
 * The report for people.
 *
 * @param columns the width of the terminal; lines are broken at words. @default no limit
 */
export function printReport(report: SanityReport, colors: boolean, columns = Number.POSITIVE_INFINITY): string {
  const c = pc.createColors(colors);
  return [
    ...configLines(report, c).flatMap((line) => wrapped(line, columns, CONFIG_INDENT)),
    '',
    checkTable(report.checks, c, columns),
    '',
    ...ledgerLine(report)
      .split('\n')
      .flatMap((line) => wrapped(line, columns)),
    ...exceptionLines(report).flatMap((line) => wrapped(line, columns, 2)),
    '',
    latencyTable(report, c, columns),
    '',
    verdictLine(report, c, columns),
  ].join('\n');
}

function configLines({ config, versions, processes }: SanityReport, c: Colors): string[] {
  const settings = Object.entries(config).map(([section, values]) => {
    const texts = Object.entries(values).map(
      ([key, value]) => `${key}=${Array.isArray(value) ? value.join(',') : String(value)}`,
    );
    return `  ${section.padEnd(10)} ${texts.join(' ')}`;
  });
  // Cold latencies are those of a process that has served nothing before.
  const pids = Object.entries(processes).map(
    ([name, ids]) =>
      `${name} ${ids.join(' and ')}${name === 'publisher' && ids.length === 2 ? ' (the second was started for the cold requests)' : ''}`,
  );
  return [
    c.bold('configuration'),
    ...settings,
    `  ${'versions'.padEnd(10)} easy-pubsub=${versions.easy_pubsub} node=${versions.node} kafka=${versions.kafka ?? 'unknown'}`,
    ...(pids.length === 0 ? [] : [`  ${'processes'.padEnd(10)} ${pids.join(', ')}`]),
  ];
}

const COLD_AND_WARM =
  'cold: the first requests, from a process that had handled no invocation before; warm: the others, from a process that was already running';

/** Under the values of a section of the configuration. */
const CONFIG_INDENT = 11;
/** A narrower column for what was found is harder to read than lines of its own. */
const LEAST_EVIDENCE = 36;

/** Checks as a table, for a run and for the preflight. */
export function checkTable(checks: readonly Check[], c: Colors, columns = Number.POSITIVE_INFINITY): string {
  const rows = folded(checks);
  const titles = Math.max(0, ...rows.map(({ title }) => title.length));
  const times = Math.max(0, ...rows.map(({ ms }) => `${ms} ms`.length));
  const room = columns - (1 + 2 + titles + 2 + times + 2);
  if (room < LEAST_EVIDENCE) return checkLines(rows, c, columns);
  const marks = marksOf(c);
  const table = new Table({ ...bareTable, colAligns: ['left', 'left', 'right', 'left'] });
  for (const { outcome, title, ms, evidence, hint, code, log = [] } of rows) {
    const dim = outcome === 'skipped' && code === undefined ? c.dim : (text: string) => text;
    const shownCode = code === undefined ? '' : ` [${code}]`;
    table.push([
      marks[outcome],
      dim(title),
      dim(outcome === 'skipped' ? '' : `${ms} ms`),
      lines(evidence + shownCode, room, dim),
    ]);
    if (hint !== '' && outcome !== 'pass') table.push(['', '', '', lines(`→ ${hint}`, room, c.cyan)]);
    for (const line of logLines(log, evidence)) table.push(['', '', '', lines(`log: ${line}`, room, c.dim)]);
  }
  return trimmed(table.toString());
}

/** For narrow terminals: what was found is below the title. */
function checkLines(rows: readonly Check[], c: Colors, columns: number): string {
  const room = Math.max(20, columns - INDENT.length);
  const below = (text: string, paint: (text: string) => string): string[] =>
    wrapped(text, room).map((line) => INDENT + paint(line));
  return rows
    .flatMap(({ outcome, title, ms, evidence, hint, code, log = [] }) => {
      const dim = outcome === 'skipped' && code === undefined ? c.dim : (text: string) => text;
      const took = outcome === 'skipped' ? '' : ` (${ms} ms)`;
      const [first = '', ...more] = wrapped(`${title}${took}`, room);
      return [
        `${marksOf(c)[outcome]}  ${dim(first)}`,
        ...more.map((line) => INDENT + dim(line)),
        ...below(`${evidence}${code === undefined ? '' : ` [${code}]`}`, outcome === 'pass' ? c.dim : dim),
        ...(hint !== '' && outcome !== 'pass' ? below(`→ ${hint}`, c.cyan) : []),
        ...logLines(log, evidence).flatMap((line) => below(`log: ${line}`, c.dim)),
      ];
    })
    .join('\n');
}

const INDENT = '   ';

function marksOf(c: Colors): Readonly<Record<Check['outcome'], string>> {
  return { pass: c.green('✓'), warn: c.yellow('!'), fail: c.red('✗'), skipped: c.dim('–') };
}

function lines(text: string, room: number, paint: (text: string) => string): string {
  return wrapped(text, room).map(paint).join('\n');
}

/** Checks that were not made for the same reason have one line together; --json lists them. */
function folded(checks: readonly Check[]): Check[] {
  const rows: Check[] = [];
  for (const check of checks) {
    const isFirst = check.blocked_by === undefined || !rows.some(({ blocked_by }) => blocked_by === check.blocked_by);
    if (!isFirst) continue;
    const same = checks.filter(({ blocked_by }) => blocked_by === check.blocked_by).length;
    rows.push(check.blocked_by === undefined || same === 1 ? check : { ...check, title: `${same} more checks` });
  }
  return rows;
}

/** A report for people shows the end of a log; --json has more lines. */
const LOG_LINES = 5;
const LINE_LENGTH = 300;

/** The last lines of a log. Structured ones by their sentence, and without what the evidence says already. */
function logLines(log: readonly string[], evidence: string): string[] {
  return log
    .map(sentenceOf)
    .filter((line) => line !== '' && !evidence.includes(line.replace(/^[A-Z]+ /, '')))
    .slice(-LOG_LINES)
    .map(clipped);
}

function sentenceOf(line: string): string {
  if (!line.startsWith('{')) return line.trim();
  // A long line may lack its end.
  const [, level = ''] = /"level":"(\w+)"/.exec(line) ?? [];
  const [, message] = /"message":"((?:[^"\\]|\\.)*)"/.exec(line) ?? [];
  if (message === undefined) return '';
  return `${level} ${JSON.parse(`"${message}"`) as string}`.trim();
}

function clipped(line: string): string {
  return line.length <= LINE_LENGTH ? line : `${line.slice(0, LINE_LENGTH)}…`;
}

function ledgerLine({ ledger }: SanityReport): string {
  const { sent, delivered, late, expired, lost, send_failed, undecided, never_sent } = ledger;
  const { duplicate, foreign, corrupt, planted } = ledger;
  const sums = `sent ${sent} = delivered ${delivered} + late ${late} + expired ${expired} + lost ${lost} + send_failed ${send_failed} + undecided ${undecided}`;
  const unsent = never_sent === 0 ? '' : `never sent ${never_sent}, `;
  const seen = `${unsent}duplicate ${duplicate}, foreign ${foreign}, corrupt ${corrupt}${planted > 0 ? ` (${planted} planted by the run)` : ''}`;
  return `ledger   ${sums}\n         ${seen}`;
}

function exceptionLines({ exceptions, exceptions_left_out }: SanityReport): string[] {
  if (exceptions.length === 0) return [];
  const shown = exceptions.slice(0, 10).map(({ kind, correlation_id, position, detail }) => {
    const at = position === undefined ? '' : ` at ${position.topic}/${position.partition}/${position.offset}`;
    return `         ${kind} ${correlation_id}${at}${detail === undefined ? '' : `: ${detail}`}`;
  });
  const more = exceptions.length - shown.length + exceptions_left_out;
  return [...shown, ...(more > 0 ? [`         and ${more} more (--json lists the first 100)`] : [])];
}

function latencyTable({ latency, clocks }: SanityReport, c: Colors, columns: number): string {
  const table = new Table({
    ...bareTable,
    head: ['latency, ms', 'count', 'p50', 'p95', 'p99', 'max'].map((text) => c.bold(text)),
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
  });
  const rows = (kind: string, of: HopLatencies): void => {
    for (const hop of hops) {
      const { count, p50, p95, p99, max } = of[hop];
      if (count === 0) continue;
      const numbers = [p50, p95, p99, max].map((value) => (value === null ? '' : value.toFixed(1)));
      const label = `${hop.replaceAll('_to_', '→').replaceAll('_', ' ')} (${kind})`;
      table.push([label, String(count), ...numbers]);
    }
  };
  rows('cold', latency.cold);
  rows('warm', latency.warm);
  const note =
    clocks === 'several'
      ? '\nHops between machines are measured with two clocks; a negative value shows their difference.'
      : '';
  if (table.length === 0) return c.dim('no latencies, because no request was answered');
  const notes = `${COLD_AND_WARM}${note}`.split('\n').map((text) => lines(text, columns, c.dim));
  return [trimmed(table.toString()), ...notes].join('\n');
}

function verdictLine(
  { verdict, reason = '', ms, checks, exit_code }: SanityReport,
  c: Colors,
  columns: number,
): string {
  const bold = (text: string, paint: (text: string) => string): string =>
    lines(text, columns, (line) => paint(c.bold(line)));
  const seconds = (ms / 1000).toFixed(1);
  const failed = checks.filter(({ outcome }) => outcome === 'fail').map(({ title }) => title);
  const warned = checks.filter(({ outcome }) => outcome === 'warn').length;
  const warnings = warned === 0 ? '' : `, ${warned} ${warned === 1 ? 'warning' : 'warnings'}`;
  switch (verdict) {
    case 'healthy':
      return bold(`healthy: ${checks.length} checks in ${seconds} s${warnings}`, c.green);
    case 'unhealthy': {
      const what = failed.length === 0 ? 'frames are missing or corrupt' : failedChecks(failed);
      return bold(`unhealthy: ${what} (${seconds} s${warnings}, exit code ${exit_code})`, c.red);
    }
    case 'no_verdict':
      return bold(`no verdict: ${reason} (${seconds} s, exit code ${exit_code})`, c.red);
  }
}

/** Titles say what should be true, so "failed" must precede them. */
export function failedChecks(titles: readonly string[]): string {
  return `failed ${titles.length === 1 ? 'check' : 'checks'}: ${titles.join('; ')}`;
}
