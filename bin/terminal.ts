import { clearLine, cursorTo } from 'node:readline';

/**
 * Whether what is written to a stream has colors: `FORCE_COLOR` and `NO_COLOR` (see force-color.org and no-color.org)
 * decide it, and otherwise whether it is a terminal that shows some.
 */
export function hasColors(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv = process.env): boolean {
  if (env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'];
  if (forced) return !['0', 'false'].includes(forced);
  return stream.isTTY && stream.hasColors(env);
}

/** The width of a terminal, for text that is broken at words. Undefined: no terminal, or one without a known size. */
export function columnsOf(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>): number | undefined {
  return stream.isTTY && stream.columns > 0 ? Math.max(30, stream.columns) : undefined;
}

/**
 * Writes a line of a terminal again, cut where the terminal ends: a line that wraps could not be taken back. Terminals
 * without a known size report 0 columns; nothing is cut there.
 */
export function redraw(stream: NodeJS.WriteStream, text: string): void {
  cursorTo(stream, 0);
  clearLine(stream, 0);
  const room = stream.columns > 0 ? Math.max(1, stream.columns - 1) : Number.POSITIVE_INFINITY;
  stream.write(text.length <= room ? text : `${text.slice(0, room - 1)}…`);
}
