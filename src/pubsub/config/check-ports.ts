import { suggestionFor } from '../../base/suggestion.js';
import { configError, type ConfigProblem } from './problems.js';

/** The methods that each port must have. */
const methods: Readonly<Record<string, readonly string[]>> = {
  frame_codec: [],
  logger: ['debug', 'info', 'warn', 'error'],
  metrics: ['count', 'observe'],
  tracing: ['current_traceparent'],
  clock: ['wall_ms', 'monotonic_ms'],
};

/**
 * A misspelt or incomplete port would never write a log line or a trace, without an error.
 *
 * @throws pubsub_error `config_invalid`, with every problem
 */
export function checkPorts(ports: object): void {
  const names = Object.keys(methods);
  const problems = Object.entries(ports as Record<string, unknown>).flatMap(([name, port]): ConfigProblem[] => {
    const wanted = methods[name];
    const key = `ports.${name}`;
    if (wanted === undefined) {
      const suggestion = suggestionFor(name, names);
      return [{ key, message: 'is not a port', suggestion }];
    }
    if (port === undefined || wanted.length === 0) return [];
    const missing = wanted.filter((method) => !hasMethod(port, method));
    if (missing.length === 0) return [];
    return [{ key, message: `has no ${missing.length === 1 ? 'method' : 'methods'} ${missing.join(', ')}` }];
  });
  if (problems.length > 0) throw configError(problems);
}

function hasMethod(port: unknown, method: string): boolean {
  return typeof (port as Record<string, unknown> | null)?.[method] === 'function';
}
