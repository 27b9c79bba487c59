/** An error that the runtime itself logs. */
export interface RuntimeLog {
  /** An error of the handler, or of loading it. */
  error: (message: string, thrown: unknown) => void;
}

/**
 * Makes `console` write in the format of AWS's Node runtime (aws-lambda-ric 4.0: formatter.js, stdout-logger.js,
 * log-patch.js): in JSON an object per call, in Text tabs between time, request id, level and message. Without a
 * format, `console` is not changed.
 *
 * It is sent to a `node` process as text, so it must not use anything from outside of this function.
 */
export function patchConsole(requestId: () => string): RuntimeLog | undefined {
  const asked = process.env['AWS_LAMBDA_LOG_FORMAT'];
  if (asked === undefined) return undefined;
  const json = asked.toUpperCase() === 'JSON';
  const { format } = process.getBuiltinModule('node:util');
  const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
  const least = Math.max(0, levels.indexOf((process.env['AWS_LAMBDA_LOG_LEVEL'] ?? '').toUpperCase()));

  type Fields = Record<string, unknown>;
  const linesOf = (stack: unknown): unknown => (typeof stack === 'string' ? stack.split('\n') : stack);
  const withErrors = (_: string, value: unknown): unknown =>
    value instanceof Error
      ? Object.assign(
          {
            errorType: value.constructor.name,
            errorMessage: value.message,
            stackTrace: linesOf(value.stack),
          },
          value,
        )
      : value;
  const asJson = (level: string, message: unknown, params: unknown[]): string => {
    const line: Fields = { timestamp: new Date().toISOString(), level, requestId: requestId(), message };
    if (params.length === 0) {
      try {
        return JSON.stringify(line, withErrors);
      } catch {
        return JSON.stringify({ ...line, message: format(message) });
      }
    }
    line['message'] = format(message, ...params);
    const error = params.find((param): param is Error => param instanceof Error);
    if (error !== undefined) {
      line['errorType'] = error.constructor.name;
      line['errorMessage'] = error.message;
      line['stackTrace'] = linesOf(error.stack ?? '');
    }
    return JSON.stringify(line);
  };
  const asText = (level: string, message: unknown, params: unknown[]): string =>
    [new Date().toISOString(), requestId(), level, format(message, ...params)].join('\t');

  const patched: Record<string, (...given: unknown[]) => void> = {};
  levels.forEach((level, priority) => {
    patched[level.toLowerCase()] = (message, ...params) => {
      if (priority < least) return;
      const line = (json ? asJson : asText)(level, message, params);
      process.stdout.write(`${line.replace(/\n/g, '\r')}\n`);
    };
  });
  patched['log'] = patched['info'] as (typeof patched)[string];
  Object.assign(console, patched);

  return {
    error: (message, thrown) => {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      if (json) patched['error']?.(error);
      else {
        const { name, message: errorMessage, stack } = error;
        const logged = Object.assign({ errorType: name, errorMessage }, error, { stack: linesOf(stack) });
        patched['error']?.(message, `\t${JSON.stringify(logged)}`);
      }
    },
  };
}
