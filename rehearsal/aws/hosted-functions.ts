import { FunctionPool, type FrozenProcess } from '../../local/functions/index.js';
import type { FunctionModel, StackModel } from '../template/index.js';
import type { HostedFunction } from './lambda.js';
import type { LogStore } from './log-store.js';
import { AwsErrorAnswer } from './aws-refusal.js';
import { unpack } from './unpack.js';

export interface HostOptions {
  readonly model: StackModel;
  /** The folder into which the code is unpacked. */
  readonly folder: string;
  readonly logs: LogStore;
  /** The variables of a function besides the template's and Lambda's: the credentials of its role, a CA. */
  readonly given: (model: FunctionModel) => Readonly<Record<string, string>>;
  /** Variables that replace the template's. @default none */
  readonly changed?: ((model: FunctionModel) => Readonly<Record<string, string>>) | undefined;
  /** The path of Node for a runtime ("nodejs24.x"). @default the Node that runs this process */
  readonly node?: ((runtime: string) => string) | undefined;
  /**
   * If given, processes are frozen between invocations, as in Lambda, and this is called. @default they keep running
   */
  readonly onFreeze?: ((frozen: FrozenProcess) => void) | undefined;
  /** Called with every line that a function logs. */
  readonly onLog?: ((model: FunctionModel, line: string) => void) | undefined;
}

export interface Hosted extends AsyncDisposable {
  readonly functions: readonly HostedFunction[];
  /** Asks the processes to end. */
  stop(): Promise<void>;
}

/** Concurrent invocations: the limit of a new account. */
const CONCURRENCY = 10;

/** Runs the functions of a stack from their assets, each in a process of its own, as Lambda does. */
export async function hostFunctions(options: HostOptions): Promise<Hosted> {
  const pools: FunctionPool[] = [];
  const busy = (): number => pools.reduce((sum, pool) => sum + pool.busy, 0);
  const functions = await Promise.all(
    options.model.functions.map(async (model): Promise<HostedFunction> => {
      const pool = await poolOf(model, options);
      pools.push(pool);
      return {
        name: model.name,
        arn: model.arn,
        region: options.model.region,
        refusal: () => (busy() < CONCURRENCY ? undefined : throttled('ConcurrentInvocationLimitExceeded')),
        invoke: (event, id) => pool.invoke(event, { timeoutMs: model.timeoutSeconds * 1000, id }),
      };
    }),
  );
  const stop = async (): Promise<void> => {
    await Promise.all(pools.map((pool) => pool.stop()));
  };
  return { functions, stop, [Symbol.asyncDispose]: stop };
}

/** Lambda's error for too many concurrent invocations (429). */
export function throttled(reason: string): AwsErrorAnswer {
  return new AwsErrorAnswer('TooManyRequestsException', 429, 'Rate Exceeded.', { Reason: reason, Type: 'User' });
}

async function poolOf(model: FunctionModel, options: HostOptions): Promise<FunctionPool> {
  const { logs, given, changed, node, onFreeze, onLog } = options;
  const stream = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]rehearsal`;
  logs.createGroup(model.logGroup);
  return new FunctionPool({
    name: model.name,
    arn: model.arn,
    asset: { folder: await unpack(model, options.folder), handler: model.handler },
    memoryMb: model.memoryMb,
    variables: { ...model.environment, ...changed?.(model) },
    given: given(model),
    region: options.model.region,
    runtime: model.runtime,
    logFormat: model.loggingFormat,
    logGroup: model.logGroup,
    logStream: stream,
    node: node?.(model.runtime),
    onFreeze,
    onLog: (line) => {
      logs.add(model.logGroup, stream, line);
      onLog?.(model, line);
    },
  });
}
