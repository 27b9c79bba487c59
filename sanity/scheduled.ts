import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { parseEvent } from '../lambda/event/parse.js';
import { functionShell } from '../lambda/runtime/shell.js';
import { shutdownSignal } from '../lambda/runtime/shutdown.js';
import { pubsub_error } from '../src/base/error.js';
import { invokeFunction, invokingClient } from './aws/invoke-function.js';
import type { sanity_report } from './report.js';
import { refusal, scheduled_event } from './scheduled-event.js';
import { scheduledRun, type ScheduledRunParts } from './scheduled-run.js';

/** Left for the report when a run has to be cut off; Lambda kills without a word. */
const RESERVE_MS = 5_000;

/** Events that this process has had: AWS delivers some twice. */
const served = new Set<string>();

/** A run that was not made. */
export interface refused_run {
  readonly refused: string;
}

/**
 * The function that watches over a stack: invokes the other three as `sanity --stack` does, and says whether they work,
 * in a log line, in metrics, and as its answer.
 */
export const handler = functionShell(async (raw, { context, log, metrics }): Promise<sanity_report | refused_run> => {
  const event = parseEvent(scheduled_event, raw);
  const refused = refusal(event, Date.now(), (id) => served.has(id));
  if (refused !== undefined) {
    log.warn('no run', { refused });
    return { refused };
  }
  if (event.execution_id !== undefined) served.add(event.execution_id);
  const cut = new AbortController();
  const timer = setTimeout(
    () =>
      cut.abort(
        new pubsub_error('deadline_exceeded', 'handle', 'the run was not over when the time of this function was', {
          hint: 'Look at the logs of the three functions: one of them takes long to answer.',
        }),
      ),
    context.getRemainingTimeInMillis() - RESERVE_MS,
  );
  const aws = connect(process.env);
  try {
    const signal = AbortSignal.any([cut.signal, shutdownSignal]);
    return await scheduledRun(event, { aws, env: process.env, signal, log, metrics });
  } catch (error) {
    // The cause, not what it did to the call that was under way.
    cut.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    aws.close();
  }
});

/** Lambda alone, with what Lambda puts into the environment: no chain of other ways to credentials, and no other service. */
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
