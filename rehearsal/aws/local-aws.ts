import type { StackModel } from '../template/index.js';
import type { Caller } from './callers.js';
import { CloudFormationService, type HostedStack } from './cloudformation.js';
import { hostFunctions, type HostOptions } from './hosted-functions.js';
import { LambdaService, type HostedFunction } from './lambda.js';
import { LogStore } from './log-store.js';
import { LogsService } from './logs.js';
import { startAwsEndpoint } from './server.js';
import { StsService } from './sts.js';

export interface LocalAwsOptions extends Omit<HostOptions, 'logs'> {
  readonly callers: readonly Caller[];
  /** @default any free port */
  readonly port?: number | undefined;
  /** Fields that DescribeStacks adds to those of the template, or returns instead of them. @default none */
  readonly stack?: Partial<HostedStack> | undefined;
  /** Changes to the functions as they run. @default none */
  readonly functions?:
    ((hosted: readonly HostedFunction[], model: StackModel) => readonly HostedFunction[]) | undefined;
}

export interface LocalAws extends AsyncDisposable {
  /** The value for AWS_ENDPOINT_URL. */
  readonly url: string;
  readonly logs: LogStore;
  /** Asks the functions' processes to end; the endpoint keeps running. */
  stop(): Promise<void>;
}

/**
 * A deployed stack on a loopback port: its functions, and the AWS services that invoke and describe them.
 *
 * @throws pubsub_error `argument_invalid` for a port that is in use; nothing is left running then
 */
export async function startLocalAws({
  callers,
  port,
  stack,
  functions = (hosted) => hosted,
  ...options
}: LocalAwsOptions): Promise<LocalAws> {
  const { model } = options;
  const { stackName: name, stackId: id, region, account, outputs } = model;
  const logs = new LogStore();
  const hosted = await hostFunctions({ ...options, logs });
  try {
    const endpoint = await startAwsEndpoint({
      callers,
      services: [
        new LambdaService(functions(hosted.functions, model)),
        new CloudFormationService([{ name, id, region, outputs, ...stack }]),
        new LogsService(logs),
        new StsService(account),
      ],
      port,
    });
    return {
      url: endpoint.url,
      logs,
      stop: () => hosted.stop(),
      [Symbol.asyncDispose]: async () => {
        await endpoint.close();
        await hosted.stop();
      },
    };
  } catch (error) {
    await hosted.stop();
    throw error;
  }
}
