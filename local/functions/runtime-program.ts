import type { patchConsole as consolePatch } from './console-patch.js';
import type { FunctionError, RuntimeAnswer, RuntimeFacts, RuntimeRequest } from './contract.js';

/**
 * The program of a function's process: Lambda's side of the contract with a handler, with the formats of AWS's Node
 * runtime (aws-lambda-ric 4.0). It is sent to a `node` process as text, so it must not use anything from outside of
 * this function.
 *
 * Its own messages use the IPC channel; stdout and stderr are the handler's logs.
 */
export function runtimeProgram(patchConsole: typeof consolePatch, handlerName: RegExp): void {
  let current = '-';
  const log = patchConsole(() => current);
  const tell = (answer: RuntimeAnswer): void => void process.send?.(answer);
  const asError = (thrown: unknown): FunctionError => {
    if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
    return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') };
  };
  const named = (name: string, message: string, stack?: string): Error => {
    const error = new Error(message);
    error.name = name;
    if (stack !== undefined) error.stack = stack;
    return error;
  };
  // The parent process has ended, so the function ends too.
  process.once('disconnect', () => process.exit(0));

  type Handler = (event: unknown, context: Record<string, unknown>) => unknown;
  const load = (path: string): Record<string, unknown> => {
    // Imported in a way that no bundler rewrites, because this is sent as text.
    const require = process.getBuiltinModule('node:module').createRequire(path);
    const { existsSync } = process.getBuiltinModule('node:fs');
    const ending = ['.js', '.mjs', '.cjs'].find((one) => existsSync(`${path}${one}`)) ?? '';
    const file = `${path}${ending}`;
    try {
      return require(file) as Record<string, unknown>;
    } catch (thrown) {
      if (thrown instanceof SyntaxError) throw named('Runtime.UserCodeSyntaxError', String(thrown), thrown.stack);
      if (thrown instanceof Error && (thrown as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND')
        throw named('Runtime.ImportModuleError', String(thrown));
      throw thrown;
    }
  };
  const handlerOf = (written: string): Handler => {
    const [, file, path] = handlerName.exec(written) ?? [];
    if (file === undefined || path === undefined) throw named('Runtime.MalformedHandlerName', 'Bad handler');
    const found = path
      .split('.')
      .reduce<unknown>(
        (inside, key) => (inside as Record<string, unknown> | undefined)?.[key],
        load(`${process.env['LAMBDA_TASK_ROOT'] ?? '.'}/${file}`),
      );
    if (found === undefined) throw named('Runtime.HandlerNotFound', `${written} is undefined or not exported`);
    if (typeof found !== 'function') throw named('Runtime.HandlerNotFound', `${written} is not a function`);
    if (found.length >= 3 && process.env['AWS_EXECUTION_ENV'] === 'AWS_Lambda_nodejs24.x')
      throw named(
        'Runtime.CallbackHandlerDeprecated',
        'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.',
      );
    return found as Handler;
  };

  let handler: Handler;
  try {
    handler = handlerOf(process.env['_HANDLER'] ?? '');
    tell({ tell: 'ready' });
  } catch (thrown) {
    log?.error('Init Error', thrown);
    tell({ tell: 'init_failed', error: asError(thrown) });
    return;
  }

  const contextOf = ({ id, deadlineMs, arn }: RuntimeRequest): Record<string, unknown> => ({
    awsRequestId: id,
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env['AWS_LAMBDA_FUNCTION_NAME'],
    functionVersion: process.env['AWS_LAMBDA_FUNCTION_VERSION'],
    invokedFunctionArn: arn,
    memoryLimitInMB: process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
    logGroupName: process.env['AWS_LAMBDA_LOG_GROUP_NAME'],
    logStreamName: process.env['AWS_LAMBDA_LOG_STREAM_NAME'],
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  });
  // The answer of a handler that returns nothing is `null`.
  const asJson = (result: unknown): string => {
    try {
      return JSON.stringify(result ?? null);
    } catch {
      throw named('Runtime.JSONStringifyError', 'Unable to stringify response body');
    }
  };
  // Node has no documented way to list a process's own sockets.
  const handles = (process as { _getActiveHandles?: () => { localPort?: unknown }[] })._getActiveHandles;
  const facts = (): RuntimeFacts => ({
    memoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
    ports: (handles?.call(process) ?? []).flatMap(({ localPort: port }) => (typeof port === 'number' ? [port] : [])),
  });

  process.on('message', (request: RuntimeRequest) => {
    const { id } = request;
    current = id;
    Promise.resolve()
      .then(() => handler(JSON.parse(request.event) as unknown, contextOf(request)))
      .then((result) => tell({ tell: 'result', id, result: asJson(result), ...facts() }))
      .catch((thrown: unknown) => {
        log?.error('Invoke Error', thrown);
        tell({ tell: 'error', id, error: asError(thrown), ...facts() });
      });
  });
}
