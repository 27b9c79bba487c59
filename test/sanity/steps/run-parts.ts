import { CheckResults } from '../../../sanity/checks/results.js';
import { defaultOptions } from '../../../sanity/options.js';
import type { RunParts } from '../../../sanity/steps/context.js';
import type { Target, TargetAnswer } from '../../../sanity/targets/target.js';

/** What a run consists of, with functions that the test answers for. */
export function runParts(invoke: Target['invoke']): RunParts {
  return {
    runId: 'run',
    target: {
      kind: 'local',
      clocks: 'one_host',
      canBeDenied: false,
      mayPlant: true,
      invoke,
      stop: () => Promise.resolve(),
    },
    options: defaultOptions,
    checks: new CheckResults(),
    signal: new AbortController().signal,
    onProgress: () => undefined,
  };
}

/** The answer of a function whose handler reported this error. */
export function failed(errorMessage: string): TargetAnswer {
  return { ok: false, error: { errorType: 'pubsub_error', errorMessage }, timedOut: false, ms: 1, log: [] };
}
