import type { RequestResult } from '../lambda/publishing/request-run.js';

/** The parts of one invocation, each as if it had been one of its own: the first, then those of `also`. */
export function partsOf(result: RequestResult): RequestResult[] {
  return [result, ...result.also.map((part) => ({ ...result, ...part, also: [], warm_up: undefined }))];
}
