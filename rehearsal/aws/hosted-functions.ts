import { FunctionPool, type FrozenProcess } from '../../local/functions/index.js';
import type { FunctionModel, StackModel } from '../template/index.js';
import type { HostedFunction } from './lambda.js';
import type { LogStore } from './log-store.js';
import { AwsErrorAnswer } from './aws-refusal.js';
import { unpack } from './unpack.js';

export interface HostOptions {
  readonly model: StackModel;
  /** The code is unpacked in it. */
  readonly folder: string;
  readonly logs: LogStore;
  /** What a function gets besides the template's variables and Lambda's: its role's credentials, a CA. */
  readonly given: (model: FunctionModel) => Readonly<Record<string, string>>;
  /** Variables that differ from the template's. @default none */
  readonly changed?: ((model: FunctionModel) => Readonly<Record<string, string>>) | undefined;
  /** The Node for a runtime ("nodejs24.x"). @default the one that runs this */
  readonly node?: ((runtime: string) => string) | undefined;
  /**
   * Given, processes are frozen between invocations, as in Lambda, and this hears of it. @default they go on
   */
  readonly onFreeze?: ((frozen: FrozenProcess) => void) | undefined;
  /** Sees every line that a function logs. */
  readonly onLog?: ((model: FunctionModel, line: string) => void) | undefined;
}

export interface Hosted extends AsyncDisposable {
  readonly functions: readonly HostedFunction[];
  /** Asks the processes to end. */
  stop(): Promise<void>;
}

/** Invocations at once: a new account's limit. */
const CONCURRENCY = 10;

/** The functions of a stack, from their assets, in processes of their own: Lambda for them. */
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

/** Lambda's 429. */
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
