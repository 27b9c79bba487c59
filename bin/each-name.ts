import { pubsub_error } from '../src/base/error.js';
import { describeError, printNotice, type ExitCode } from './action.js';

/**
 * Changes each named thing. What is said about one that was refused is printed, and the others are changed; the exit
 * code is then 1. An error that is not about one of them, before anything was changed, ends the command (2).
 *
 * @param kind the name of the thing in the details of errors
 * @param change true: changed; false: it was not, and why is printed
 */
export async function eachName(
  names: Iterable<string>,
  kind: 'group' | 'topic',
  change: (name: string) => Promise<boolean>,
): Promise<ExitCode> {
  let code: ExitCode = 0;
  let changed = false;
  for (const name of new Set(names)) {
    try {
      if (await change(name)) changed = true;
      else code = 1;
    } catch (error) {
      const isAboutOne = pubsub_error.is(error) && error.details[kind] === name;
      if (!isAboutOne && !changed) throw error;
      printNotice(`${name}: not done. ${describeError(error)}`);
      code = 1;
    }
  }
  return code;
}
