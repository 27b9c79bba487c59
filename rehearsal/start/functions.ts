import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrozenProcess } from '../../local/functions/index.js';
import { layerModules, startLocalAws, type HostedFunction, type LocalAws } from '../aws/index.js';
import { AuthorizerLogs, type LogMark } from '../evidence/authorizer-logs.js';
import type { Denials } from '../evidence/denials.js';
import { NetworkAccess } from './network.js';
import type { FunctionModel, StackModel } from '../template/index.js';
import { additionsOf, changedVariables, type Addition } from '../plan/additions.js';
import { credentialVariables, userOf, type FunctionCredentials } from './credentials.js';
import type { RehearsalOptions } from './options.js';
import type { StackKafka } from './stack-kafka.js';

/** The functions of a stack, and the AWS that invokes them. */
export interface StartedFunctions {
  readonly aws: LocalAws;
  readonly additions: readonly Addition[];
  readonly network: NetworkAccess;
  readonly logs: AuthorizerLogs;
  readonly begin: LogMark;
  readonly rights: RightsAsked;
}

/** When the functions were first asked what they may do: what the brokers deny from then on is the answer to that. */
interface RightsAsked {
  askedAt: LogMark | undefined;
}

export interface FunctionsOptions {
  readonly model: StackModel;
  /** Of the cluster that is rehearsed. */
  readonly clusterArn: string;
  readonly kafka: StackKafka;
  readonly credentials: ReadonlyMap<string, FunctionCredentials>;
  /** The functions' code goes into it. */
  readonly folder: string;
  readonly options: RehearsalOptions;
  /** Told after each invocation what the brokers denied. @default no one is */
  readonly denials: Denials | undefined;
  /** Hears of a process that is stopped until its next invocation. */
  readonly frozen: (process: FrozenProcess) => void;
}

/** @param disposables what was started is added to it, so that it is ended also when the rest cannot be started */
export async function startFunctions(
  { model, clusterArn, kafka, credentials, folder, options, denials, frozen }: FunctionsOptions,
  disposables: AsyncDisposable[],
): Promise<StartedFunctions> {
  const code = join(folder, 'functions');
  await mkdir(code);
  const given = (one: FunctionModel): Record<string, string> => ({
    ...credentialVariables(credentials, one),
    NODE_EXTRA_CA_CERTS: kafka.iam.caFile,
    ...layerVariables(one, code),
  });
  const brokers = kafka.iam.gatewayBrokers;
  const network = await NetworkAccess.start(model, clusterArn, brokers);
  disposables.push(network);
  const changed = (one: FunctionModel): Record<string, string> => {
    const variables = changedVariables(one, brokers);
    return { ...variables, ...network.variables(one, { ...one.environment, ...variables }) };
  };
  const authorizer = new AuthorizerLogs(kafka.iam.authorizerLogs);
  const rights: RightsAsked = { askedAt: undefined };
  const before = async (event: Record<string, unknown>): Promise<void> => {
    if (event['action'] === 'rights') {
      rights.askedAt ??= await authorizer.mark();
      await denials?.look();
    }
  };
  // What a function that asks for its rights is denied, it says itself.
  const after = (event: Record<string, unknown>): Promise<void> | undefined =>
    event['action'] === 'rights' ? denials?.pass() : denials?.look();
  const begin = await authorizer.mark();
  denials?.begin(authorizer, begin, model.roles, (role, action, name) => kafka.explain(role, action, name));
  const aws = await startLocalAws({
    model,
    folder: code,
    given,
    changed,
    ...(options.freeze === true ? { onFreeze: frozen } : {}),
    onLog: (one, line) => options.onLog?.(model, one, line),
    callers: [userOf(model)],
    port: options.port,
    functions: (hosted) => hosted.map((one) => watching(one, before, after)),
  });
  disposables.push(aws);
  return {
    aws,
    additions: model.functions.flatMap((one) => additionsOf(one, given(one), changed(one))),
    network,
    logs: authorizer,
    begin,
    rights,
  };
}

/** Where Node looks for the packages of layers, as Lambda says it. */
function layerVariables(one: FunctionModel, folder: string): Record<string, string> {
  const modules = layerModules(one, folder);
  return modules === undefined ? {} : { NODE_PATH: modules };
}

/** Sees events before the function does, and when it has answered. */
function watching(
  one: HostedFunction,
  before: (event: Record<string, unknown>) => Promise<void>,
  after: (event: Record<string, unknown>) => Promise<void> | undefined,
): HostedFunction {
  return {
    ...one,
    invoke: async (event, id) => {
      const fields = typeof event === 'object' && event !== null ? (event as Record<string, unknown>) : {};
      await before(fields);
      const answer = await one.invoke(event, id);
      await after(fields);
      return answer;
    },
  };
}
