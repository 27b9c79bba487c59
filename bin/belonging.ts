import type { Command } from 'commander';
import { pubsub_error } from '../src/base/error.js';

/**
 * Options without effect are refused, not ignored.
 *
 * @param main the option that the others are for, or the value that it must have
 * @param given whether it is there
 * @param options the others, by name without dashes
 * @throws pubsub_error `argument_invalid`
 */
export function belongTo(main: string, given: boolean, options: Readonly<Record<string, unknown>>): void {
  if (given) return;
  for (const [flag, value] of Object.entries(options)) {
    if (value === undefined) continue;
    throw new pubsub_error('argument_invalid', 'config', `--${flag} is for ${main}, which is not given`);
  }
}

/** Before a command runs: options before its name belong to the command above it, which does not run. */
export function refuseOptionsAbove(program: Command, command: Command): void {
  for (let above = command.parent; above !== null && above !== program; above = above.parent) {
    for (const option of above.options) {
      if (above.getOptionValueSource(option.attributeName()) !== 'cli') continue;
      const sentence = `${option.long ?? option.flags} has no effect before ${command.name()}`;
      throw new pubsub_error('argument_invalid', 'config', sentence, {
        hint: `Options of ${command.name()} come after its name.`,
      });
    }
  }
}
