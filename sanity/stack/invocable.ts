import { functionNames } from '../../lambda/functions.js';
import { Deadline } from '../../src/base/deadline.js';
import { awsFailure } from '../aws/failures.js';
import { invokeOnce, noWaits } from '../aws/invoke-once.js';
import { AwsError, type InvokePort } from '../aws/port.js';
import type { CheckList } from '../check-list.js';
import type { Failure } from '../failure.js';
import { stackHeads } from './checks.js';
import type { StackFacts } from './outputs.js';

const DRY_RUN_MS = 15_000;
const WAITING_MS = 125_000;

/** Asks Lambda whether the caller may invoke the three functions. Nothing is run: a run that cannot end is not begun. */
export async function invocable(
  checks: CheckList,
  aws: InvokePort,
  { functions }: Pick<StackFacts, 'functions'>,
  signal: AbortSignal,
): Promise<void> {
  const startedAt = performance.now();
  const waits = noWaits();
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
        if (!(error instanceof AwsError)) throw error;
        const failure = awsFailure(error);
        return { ...failure, evidence: `${name}: ${failure.evidence}` };
      }
    }),
  );
  const ms = performance.now() - startedAt;
  const [first, ...others] = failures.filter((failure) => failure !== undefined);
  if (first === undefined) {
    const waited =
      waits.count === 0 ? '' : ` after ${(waits.ms / 1000).toFixed(1)} s (${[...waits.reasons].join(', ')})`;
    checks.pass(stackHeads.invocable, ms, `${functionNames.join(', ')} are there, and the caller may${waited}`);
  } else {
    checks.fail(stackHeads.invocable, ms, {
      ...first,
      evidence: [first, ...others].map(({ evidence }) => evidence).join('; '),
    });
  }
}
