import type { Context } from 'aws-lambda';
import { config } from '../../src/index.js';
import { function_shell, log, type process_facts, type ShellScope } from './shell.js';
import { shutdown_signal } from './shutdown.js';
import { limited, time_budget, type TimeBudget } from './time-budget.js';

/** What a handler works with. */
export interface FunctionScope extends Omit<ShellScope, 'context'> {
  readonly settings: config;
  readonly time: TimeBudget;
}

let settings: config | undefined;

/** Makes the handler of a function that works with Kafka: configuration from the environment (read once), time from the context. */
export function lambda_function<R extends object>(
  work: (event: unknown, scope: FunctionScope) => Promise<R>,
): (event: unknown, context: Context) => Promise<R & { process: process_facts }> {
  return function_shell(async (event, { context, ...shell }) => {
    settings ??= config.from_env(process.env, { logger: log });
    return work(event, { ...shell, settings, time: time_budget(limited(context, event), shutdown_signal) });
  });
}
