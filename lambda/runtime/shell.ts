import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { pubsub_error } from '../../src/base/error.js';
import type { logger } from '../../src/base/ports.js';
import { MetricLines } from './metric-lines.js';
import { busy_with } from './shutdown.js';

/** Which process answered: a run shows that its functions really were several. */
export interface process_facts {
  readonly pid: number;
  readonly node: string;
  /** The first invocation of this process. */
  readonly cold: boolean;
  /** 1 for the first. */
  readonly invocation: number;
  /** Milliseconds from the start of the process to the first invocation. */
  readonly init_ms: number;
}

/** What every function has, whatever it is for. */
export interface ShellScope {
  readonly context: Context;
  readonly log: logger;
  readonly metrics: MetricLines;
  readonly process: process_facts;
}

const powertools = new Logger({ serviceName: 'easy-pubsub' });
const started_at = performance.timeOrigin;
let invocations = 0;
let init_ms = 0;

export const log: logger = {
  debug: (message, fields = {}) => powertools.debug(message, fields),
  info: (message, fields = {}) => powertools.info(message, fields),
  warn: (message, fields = {}) => powertools.warn(message, fields),
  error: (message, fields = {}) => powertools.error(message, fields),
};

/**
 * Makes a handler: what is thrown is logged and shaped so that code, sentence and hint survive Lambda's error answer;
 * metrics are written before it returns. Knows nothing of Kafka: the function that only invokes others has it too.
 */
export function function_shell<R extends object>(
  work: (event: unknown, scope: ShellScope) => Promise<R>,
): (event: unknown, context: Context) => Promise<R & { process: process_facts }> {
  return async (event, context) => {
    invocations += 1;
    if (invocations === 1) init_ms = Math.round(Date.now() - started_at);
    const facts = {
      pid: process.pid,
      node: process.version,
      cold: invocations === 1,
      invocation: invocations,
      init_ms,
    };
    powertools.addContext(context);
    const metrics = new MetricLines();
    try {
      const result = await busy_with(work(event, { context, log, metrics, process: facts }));
      log.info('done', { cold: facts.cold, invocation: facts.invocation, ...counts_of(result) });
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

/** What of a result belongs in a log line: its numbers and words, not its lists. */
function counts_of(result: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(result).filter(([key, value]) => typeof value !== 'object' || key === 'ledger' || key === 'counts'),
  );
}

/** Lambda answers with an error's name and message alone: both have to say all that the caller needs. */
class FunctionFailure extends Error {
  constructor(error: pubsub_error) {
    super(error.hint === undefined ? error.message : `${error.message} — ${error.hint}`, { cause: error });
    this.name = 'pubsub_error';
  }
}
