import type { Stamped } from '../history/events.js';
import { violation, type Material, type Violation } from './material.js';

type Life = Extract<Stamped, { k: 'life' }>;

/**
 * Nothing is left behind: no member of a group, no socket, no process, no warning, and no record that was done and not
 * committed.
 */
export function nothingLeft({ processes, readings }: Material): Violation[] {
  const wrong: string[] = [];
  for (const { name, events, outside, stderr } of processes) {
    if (stderr.trim() !== '') wrong.push(`${name} wrote on stderr: ${firstLine(stderr)}`);
    if (outside.some(({ what }) => what === 'killed')) continue;
    const disposed = events.findLast(
      (event): event is Stamped<Life> => event.k === 'life' && event.what === 'disposed',
    );
    if (disposed === undefined) wrong.push(`${name} did not finish its dispose`);
    else if (disposed.error !== undefined) wrong.push(`${name}: dispose failed: ${disposed.error}`);
    else if ((disposed.left ?? []).length > 0) wrong.push(`${name} left open: ${disposed.left!.join(', ')}`);
    const end = outside.findLast(({ what }) => what === 'exited' || what === 'forced');
    if (end?.what === 'forced') wrong.push(`${name} did not exit after its dispose`);
    else if (end !== undefined && end.code !== 0) wrong.push(`${name} ended with ${String(end.code)}`);
  }
  for (const [group, members] of Object.entries(readings.membersLeft)) {
    if (members > 0) wrong.push(`the group ${group} has ${members} members after all have left`);
  }
  if (readings.lag !== undefined && readings.lag > 0) {
    wrong.push(`${readings.lag} records of the worker topic are not committed, with nothing left to do`);
  }
  return violation('nothing left behind', wrong);
}

function firstLine(text: string): string {
  const lines = text.trim().split('\n');
  const line = lines.find((one) => /Warning|Error|rejection/i.test(one)) ?? lines[0] ?? '';
  return line.slice(0, 300);
}
