import type { FunctionError, RuntimeAnswer, RuntimeRequest } from './contract.js';

/**
 * What runs in a function's process: Lambda's side of the contract with a handler. It is sent to a bare `node` as text,
 * so that it may use nothing but what is inside it.
 *
 * Its own messages travel over the IPC channel; stdout and stderr are the handler's logs.
 */
export function runtimeProgram(): void {
  const tell = (answer: RuntimeAnswer): void => void process.send?.(answer);
  const asError = (thrown: unknown): FunctionError => {
    if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown) };
    return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') };
  };
  // Whoever started us is gone: a function does not outlive that.
  process.once('disconnect', () => process.exit(0));

  type Handler = (event: unknown, context: Record<string, unknown>) => unknown;
  let handler: Handler | undefined;
  try {
    const [file, name] = (process.env['_HANDLER'] ?? '').split('.') as [string, string];
    const path = `${process.env['LAMBDA_TASK_ROOT'] ?? '.'}/${file}`;
    // Asked for in a way that no bundler rewrites: this is sent on as text.
    const load = process.getBuiltinModule('node:module').createRequire(path);
    handler = (load(path) as Record<string, unknown>)[name] as Handler | undefined;
    if (typeof handler !== 'function') throw new Error(`${path} exports no function ${name}`);
    tell({ tell: 'ready' });
  } catch (thrown) {
    tell({ tell: 'init_failed', error: asError(thrown) });
    return;
  }

  const contextOf = (id: string, deadlineMs: number): Record<string, unknown> => ({
    awsRequestId: id,
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env['AWS_LAMBDA_FUNCTION_NAME'],
    functionVersion: process.env['AWS_LAMBDA_FUNCTION_VERSION'],
    invokedFunctionArn: `arn:aws:lambda:${process.env['AWS_REGION'] ?? ''}:000000000000:function:${process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? ''}`,
    memoryLimitInMB: process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
    logGroupName: process.env['AWS_LAMBDA_LOG_GROUP_NAME'],
    logStreamName: process.env['AWS_LAMBDA_LOG_STREAM_NAME'],
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  });

  process.on('message', ({ id, event, deadlineMs }: RuntimeRequest) => {
    Promise.resolve()
      .then(() => handler(JSON.parse(event) as unknown, contextOf(id, deadlineMs)))
      // A handler that returns nothing answers `null`.
      .then((result) => tell({ tell: 'result', id, result: JSON.stringify(result ?? null) }))
      .catch((thrown: unknown) => tell({ tell: 'error', id, error: asError(thrown) }));
  });
}
