import Table from 'cli-table3';
import { colourOf, type DrillResult } from './result.js';

/** One row for each drill. */
export function resultTable(results: readonly DrillResult[]): string {
  const table = new Table({
    style: { head: [], border: [] },
    head: ['drill', 'requests', 'success %', 'recovery s', 'longest wrong state s', '', 'violations'],
    colWidths: [null, null, null, null, null, null, 80],
    wordWrap: true,
  });
  for (const result of results) table.push(rowOf(result));
  return table.toString();
}

/** The same as Markdown. */
export function markdownTable(results: readonly DrillResult[]): string {
  const rows = results.map((result) => `| ${rowOf(result).join(' | ').replaceAll('\n', '<br>')} |`);
  return [
    '| drill | requests | success % | recovery s | longest wrong state s | | violations |',
    '|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function rowOf(result: DrillResult): string[] {
  const { name, verdict, failure, proofs, starvedShare = 0 } = result;
  const colour = colourOf(result);
  const busy = `the processes could not run for ${Math.round(starvedShare * 100)} % of the time: the machine is too busy`;
  const notes = [
    ...(colour === 'busy' ? [busy] : []),
    ...proofs.filter(({ holds }) => !holds).map(({ what, seen }) => `not proven: ${what} (${seen})`),
  ];
  if (verdict === undefined) {
    return [name, '–', '–', '–', '–', colour, [...notes, `no verdict: ${failure?.split('\n')[0] ?? ''}`].join('\n')];
  }
  const { requests, succeeded, recoveryMs, longestWrongClaim, violations } = verdict;
  const found = violations.map(
    ({ invariant, count, sentence }) => `${invariant}${count > 1 ? ` ×${count}` : ''}: ${sentence}`,
  );
  return [
    name,
    String(requests),
    ((succeeded / Math.max(1, requests)) * 100).toFixed(1),
    recoveryMs === undefined ? 'not recovered' : (recoveryMs / 1_000).toFixed(1),
    longestWrongClaim === undefined ? '0' : (longestWrongClaim.ms / 1_000).toFixed(1),
    colour,
    [...notes, ...found].join('\n'),
  ];
}
