import { thrownError } from '../../base/thrown.js';

export interface AskOptions<A> {
  /**
   * False: the answer is not useful, and the next candidate is asked. It is still returned if no other answer is
   * better.
   */
  readonly isUseful: (answer: A) => boolean;
  /** If a candidate has not answered for this time, the next one is asked as well. */
  readonly hedgeMs: number;
}

/**
 * Asks candidates one after the other. If one takes long, the next one is asked as well. Resolves with the first useful
 * answer.
 *
 * @throws Error the first failure, if there is no answer: later failures often have the same cause with a longer
 *   message
 */
export function firstAnswer<C, A>(
  candidates: readonly C[],
  ask: (candidate: C) => Promise<A>,
  { isUseful, hedgeMs }: AskOptions<A>,
): Promise<A> {
  return new Promise((resolve, reject) => {
    let next = 0;
    let asked = 0;
    let failure: unknown;
    let poor: { answer: A } | undefined;
    let timer: NodeJS.Timeout | undefined;
    const end = (act: () => void): void => {
      clearTimeout(timer);
      next = candidates.length;
      act();
    };
    const failed = (): void => {
      asked -= 1;
      if (next < candidates.length) another();
      else if (asked === 0) end(() => (poor === undefined ? reject(thrownError(failure)) : resolve(poor.answer)));
    };
    const another = (): void => {
      clearTimeout(timer);
      const candidate = candidates[next];
      if (candidate === undefined) return;
      next += 1;
      asked += 1;
      timer = setTimeout(another, hedgeMs);
      ask(candidate).then(
        (answer) => {
          if (isUseful(answer)) {
            end(() => resolve(answer));
            return;
          }
          poor ??= { answer };
          failed();
        },
        (error: unknown) => {
          failure ??= error;
          failed();
        },
      );
    };
    another();
  });
}
