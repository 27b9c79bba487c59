import { isAwsError } from '../../aws/error.js';
import { invokeOnce, type Waits } from '../../aws/invoke-once.js';
import type { InvokePort } from '../../aws/port.js';
import { functionNames } from '../../lambda/functions.js';
import { Deadline } from '../../src/base/deadline.js';
import { failureOf, type Failure } from '../failure.js';
import type { StackFacts } from '../stack/outputs.js';
import { failed, pass, type Finding } from './check.js';

const DRY_RUN_MS = 15_000;
const WAITING_MS = 125_000;

/**
 * Asks Lambda whether the caller may invoke the three functions, without running them.
 *
 * @param waits receives the delayed attempts; none before
 */
export async function invocableFinding(
  aws: InvokePort,
  { functions }: Pick<StackFacts, 'functions'>,
  waits: Waits,
  signal: AbortSignal,
): Promise<Finding & { readonly ms: number }> {
  const startedAt = performance.now();
  const failures = await Promise.all(
    functionNames.map(async (name): Promise<Failure | undefined> => {
      const request = { functionName: functions[name].name, payload: '{}', dryRun: true };
      const within = {
        waiting: new Deadline(WAITING_MS, signal),
        attempt: () => new Deadline(DRY_RUN_MS, signal),
      };
      try {
        await invokeOnce(aws, request, within, waits);
        return undefined;
      } catch (error) {
        if (!isAwsError(error)) throw error;
        const failure = failureOf(error);
        return { ...failure, evidence: `${name}: ${failure.evidence}` };
      }
    }),
  );
  const ms = performance.now() - startedAt;
  const [first, ...others] = failures.filter((failure) => failure !== undefined);
  if (first !== undefined) {
    const evidence = [first, ...others].map((failure) => failure.evidence).join('; ');
    return { ...failed({ ...first, evidence }), ms };
  }
  const waited = waits.count === 0 ? '' : ` after ${(waits.ms / 1000).toFixed(1)} s (${[...waits.reasons].join(', ')})`;
  return { ...pass(`${functionNames.join(', ')} exist, and the caller may invoke them${waited}`), ms };
}
