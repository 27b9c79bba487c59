import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { pubsub_error } from '../../src/base/error.js';
import type { logger } from '../../src/base/ports.js';
import { MetricLines } from './metric-lines.js';
import { busyWith } from './shutdown.js';

/** The process that answered, so that a run can show that its functions were different processes. */
export interface ProcessFacts {
  readonly pid: number;
  readonly node: string;
  /** The first invocation of this process. */
  readonly cold: boolean;
  /** 1 for the first. */
  readonly invocation: number;
  /** Milliseconds from the start of the process to the first invocation. */
  readonly init_ms: number;
}

/** The common part of every function. */
export interface ShellScope {
  readonly context: Context;
  readonly log: logger;
  readonly metrics: MetricLines;
  readonly process: ProcessFacts;
}

const powertools = new Logger({ serviceName: 'easy-pubsub' });
const STARTED_AT = performance.timeOrigin;
let invocations = 0;
let initMs = 0;

export const log: logger = {
  debug: (message, fields = {}) => powertools.debug(message, fields),
  info: (message, fields = {}) => powertools.info(message, fields),
  warn: (message, fields = {}) => powertools.warn(message, fields),
  error: (message, fields = {}) => powertools.error(message, fields),
};

/**
 * Creates a handler. An error is logged, and converted so that Lambda's error answer keeps its code, message and hint.
 * Metrics are written before the handler returns. It does not use Kafka, because the function that only invokes others
 * uses it too.
 */
export function functionShell<R extends object>(
  work: (event: unknown, scope: ShellScope) => Promise<R>,
): (event: unknown, context: Context) => Promise<R & { process: ProcessFacts }> {
  return async (event, context) => {
    invocations += 1;
    if (invocations === 1) initMs = Math.round(Date.now() - STARTED_AT);
    const facts = {
      pid: process.pid,
      node: process.version,
      cold: invocations === 1,
      invocation: invocations,
      init_ms: initMs,
    };
    powertools.addContext(context);
    const metrics = new MetricLines();
    try {
      const result = await busyWith(work(event, { context, log, metrics, process: facts }));
      log.info('done', { cold: facts.cold, invocation: facts.invocation, ...countsOf(result) });
      return { ...result, process: facts };
    } catch (thrown) {
      const error = pubsub_error.from(thrown, 'handle');
      log.error(error.raw_message, { error: error.toJSON() });
      throw new FunctionFailure(error);
    } finally {
      metrics.flush();
    }
  };
}

/** The part of a result for a log line: its numbers and strings, without its lists. */
function countsOf(result: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(result).filter(([key, value]) => typeof value !== 'object' || key === 'ledger' || key === 'counts'),
  );
}

/**
 * Lambda answers only with the name and the message of an error, so these two must contain everything that the caller
 * needs.
 */
class FunctionFailure extends Error {
  constructor(error: pubsub_error) {
    super(error.hint === undefined ? error.message : `${error.message} — ${error.hint}`, { cause: error });
    this.name = 'pubsub_error';
  }
}
