import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { parseEvent } from '../../lambda/event/parse.js';
import { functionShell } from '../../lambda/runtime/shell.js';
import { shutdownSignal } from '../../lambda/runtime/shutdown.js';
import { pubsub_error } from '../../src/base/error.js';
import { invokeFunction, invokingClient } from '../../aws/invoke-function.js';
import type { SanityReport } from '../report/schema.js';
import { scheduledEvent, skipReason } from './scheduled-event.js';
import { scheduledRun, type ScheduledRunParts } from './scheduled-run.js';

/** The time that is left for the report if a run must end early: Lambda ends a function without notice. */
const RESERVE_MS = 5_000;

/** Ids of the events of this process: AWS delivers some twice. */
const served = new Set<string>();

/** The answer for a run that was skipped. */
export interface SkippedRun {
  readonly skipped: string;
}

/**
 * The function of scheduled runs: invokes the other three as `sanity --stack` does, and reports whether they work, in a
 * log line, in metrics, and as its answer.
 */
export const handler = functionShell(async (raw, { context, log, metrics }): Promise<SanityReport | SkippedRun> => {
  const event = parseEvent(scheduledEvent, raw);
  const skipped = skipReason(event, Date.now(), (id) => served.has(id));
  if (skipped !== undefined) {
    log.warn('run skipped', { skipped });
    return { skipped };
  }
  if (event.execution_id !== undefined) served.add(event.execution_id);
  const cut = new AbortController();
  const timer = setTimeout(
    () =>
      cut.abort(
        new pubsub_error('deadline_exceeded', 'handle', 'the run did not end within the time-out of this function', {
          hint: 'Look at the logs of the three functions: one of them is slow to answer.',
        }),
      ),
    context.getRemainingTimeInMillis() - RESERVE_MS,
  );
  const aws = connect(process.env);
  try {
    const signal = AbortSignal.any([cut.signal, shutdownSignal]);
    return await scheduledRun(event, { aws, env: process.env, signal, log, metrics });
  } catch (error) {
    // Report the cause, rather than the call that it interrupted.
    cut.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    aws.close();
  }
});

/** Lambda's API only, with the credentials in the environment: the function needs no other service. */
function connect(env: ScheduledRunParts['env']): ScheduledRunParts['aws'] & { close(): void } {
  const region = env['AWS_REGION'] ?? '';
  const client = new LambdaClient({
    region,
    credentials: {
      accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
      ...(env['AWS_SESSION_TOKEN'] === undefined ? {} : { sessionToken: env['AWS_SESSION_TOKEN'] }),
    },
    ...invokingClient,
  });
  return {
    region,
    invoke: (request, deadline) => invokeFunction({ client, InvokeCommand }, region, request, deadline),
    logLines: () => Promise.resolve([]),
    close: () => client.destroy(),
  };
}
