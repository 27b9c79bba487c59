import type { Deadline, WaitSubject } from '../../base/deadline.js';

const ATTEMPTS = 4;
const PAUSE_MS = 100;

/**
 * Makes an attempt again after growing pauses, while its failures may pass and the deadline is not over.
 *
 * @param attempt gets whether it is the last one
 */
export async function attempts<T>(
  deadline: Deadline,
  waiting: WaitSubject,
  mayPass: (thrown: unknown) => boolean,
  attempt: (isLast: boolean) => Promise<T>,
): Promise<T> {
  for (let number = 1; ; number += 1) {
    try {
      return await attempt(number === ATTEMPTS);
    } catch (thrown) {
      if (!mayPass(thrown) || number === ATTEMPTS || deadline.over) throw thrown;
      await deadline.pause(PAUSE_MS * number, waiting);
    }
  }
}
