import type { Context } from 'aws-lambda';
import { config } from '../../src/index.js';
import { functionShell, log, type ProcessFacts, type ShellScope } from './shell.js';
import { shutdownSignal } from './shutdown.js';
import { limited, timeBudget, type TimeBudget } from './time-budget.js';

/** The arguments of a handler. */
export interface FunctionScope extends Omit<ShellScope, 'context'> {
  readonly settings: config;
  readonly time: TimeBudget;
}

let settings: config | undefined;

/**
 * Creates the handler of a function that uses Kafka: the configuration comes from the environment (read once), the time
 * from the context.
 */
export function lambdaFunction<R extends object>(
  work: (event: unknown, scope: FunctionScope) => Promise<R>,
): (event: unknown, context: Context) => Promise<R & { process: ProcessFacts }> {
  return functionShell(async (event, { context, ...shell }) => {
    settings ??= config.from_env(process.env, { logger: log });
    return work(event, { ...shell, settings, time: timeBudget(limited(context, event), shutdownSignal) });
  });
}
