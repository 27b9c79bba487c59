import { describe, expect, test } from 'vitest';
import { hasColors, redraw } from '../../bin/terminal.js';

const stream = (isTTY: boolean, shows = true): NodeJS.WriteStream =>
  ({ isTTY, hasColors: () => shows }) as unknown as NodeJS.WriteStream;

describe('colors', () => {
  test.each<[name: string, isTTY: boolean, env: NodeJS.ProcessEnv, colored: boolean]>([
    ['a terminal has them', true, {}, true],
    ['a pipe has none', false, {}, false],
    ['NO_COLOR takes them away', true, { NO_COLOR: '1' }, false],
    ['an empty NO_COLOR counts as unset', true, { NO_COLOR: '' }, true],
    ['FORCE_COLOR gives them to a pipe', false, { FORCE_COLOR: '1' }, true],
    ['FORCE_COLOR=0 takes them away', true, { FORCE_COLOR: '0' }, false],
    ['NO_COLOR wins over FORCE_COLOR', true, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
  ])('%s', (_, isTTY, env, colored) => {
    expect(hasColors(stream(isTTY), env)).toBe(colored);
  });

  test('a terminal without colors has none', () => {
    expect(hasColors(stream(true, false), {})).toBe(false);
  });
});

test.each([
  [20, 'short', 'short'],
  [20, 'x'.repeat(40), `${'x'.repeat(18)}…`],
  [1, 'short', '…'],
  [0, 'a size that is not known', 'a size that is not known'],
])('a line on %i columns is cut before it wraps: %s', (columns, text, shown) => {
  const written: string[] = [];
  const terminal = { columns, write: (part: string) => written.push(part) } as unknown as NodeJS.WriteStream;
  redraw(terminal, text);
  expect(written.at(-1)).toBe(shown);
});
