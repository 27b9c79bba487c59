import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrozenProcess } from '../../local/functions/index.js';
import type { Parts } from '../../local/os/parts.js';
import { layerModules, startLocalAws, type HostedFunction, type LocalAws } from '../aws/index.js';
import { AuthorizerLogs, type LogMark } from '../evidence/authorizer-logs.js';
import type { RefusalsAndDenials } from '../evidence/refused-and-denied.js';
import { NetworkAccess } from './network.js';
import type { FunctionModel, StackModel } from '../template/index.js';
import { additionsOf, changedVariables, type Addition } from '../plan/additions.js';
import { credentialVariables, userOf, type FunctionCredentials } from './credentials.js';
import type { RehearsalOptions } from './options.js';
import type { StackKafka } from './stack-kafka.js';

/** The functions of a stack, and the AWS services that invoke them. */
export interface StartedFunctions {
  readonly aws: LocalAws;
  readonly additions: readonly Addition[];
  readonly network: NetworkAccess;
  readonly logs: AuthorizerLogs;
  readonly begin: LogMark;
  readonly rights: RightsAsked;
}

/** The time when the functions were first asked for their rights: later denials are the answers to that. */
interface RightsAsked {
  askedAt: LogMark | undefined;
}

export interface FunctionsOptions {
  readonly model: StackModel;
  /** The same stack, with the expected brokers in it. */
  readonly planned: StackModel;
  /** The ARN of the rehearsed cluster. */
  readonly clusterArn: string;
  readonly kafka: StackKafka;
  readonly credentials: ReadonlyMap<string, FunctionCredentials>;
  /** The folder for the functions' code. */
  readonly folder: string;
  readonly options: RehearsalOptions;
  /** Reports, after each invocation, what the brokers denied. @default not reported */
  readonly denials: RefusalsAndDenials | undefined;
  /** Called with a process that is stopped until its next invocation. */
  readonly frozen: (process: FrozenProcess) => void;
}

/** @param parts what was started is added to it, so that it is stopped if a later part cannot be started */
export async function startFunctions(
  { model, planned, clusterArn, kafka, credentials, folder, options, denials, frozen }: FunctionsOptions,
  parts: Parts,
): Promise<StartedFunctions> {
  const code = join(folder, 'functions');
  await mkdir(code);
  const given = (one: FunctionModel): Record<string, string> => ({
    ...credentialVariables(credentials, one),
    NODE_EXTRA_CA_CERTS: kafka.iam.caFile,
    ...layerVariables(one, code),
  });
  const brokers = kafka.iam.gatewayBrokers;
  const network = parts.add(await NetworkAccess.start(planned, clusterArn, brokers));
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
  // A function that is asked for its rights reports its denials itself.
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
  parts.add(aws);
  return {
    aws,
    additions: model.functions.flatMap((one) => additionsOf(one, given(one), changed(one))),
    network,
    logs: authorizer,
    begin,
    rights,
  };
}

/** The variable with which Lambda gives Node the folders of the packages of layers. */
function layerVariables(one: FunctionModel, folder: string): Record<string, string> {
  const modules = layerModules(one, folder);
  return modules === undefined ? {} : { NODE_PATH: modules };
}

/** Calls back before a function receives an event, and after it has answered. */
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
