import type * as cloudformationPackage from '@aws-sdk/client-cloudformation';
import type * as logsPackage from '@aws-sdk/client-cloudwatch-logs';
import type * as lambdaPackage from '@aws-sdk/client-lambda';
import type { Deadline } from '../src/base/deadline.js';
import { ForeignAnswer } from './foreign-answer.js';
import { loadSdk } from './load-sdk.js';
import { absentProfile, profileBesideKeys, quietLogger } from './profile.js';
import { namedRegion } from './region.js';
import { ask } from '../sanity/aws/ask.js';
import { invokeFunction, invokingClient, linesOf } from './invoke-function.js';
import {
  AwsError,
  UNANSWERED,
  type AwsPort,
  type InvokeAnswer,
  type InvokeRequest,
  type LogQuery,
  type StackDescription,
} from './port.js';

export interface AwsOptions {
  /** @default AWS_REGION, AWS_DEFAULT_REGION, or that of the profile */
  readonly region?: string | undefined;
  /** @default AWS_PROFILE, or the default profile */
  readonly profile?: string | undefined;
  /** Something that stands in for AWS. @default AWS itself, or AWS_ENDPOINT_URL */
  readonly endpoint?: string | undefined;
  /** @default the usual chain */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** Told which credentials are used, where there may be doubt. @default nobody is */
  readonly onNotice?: ((sentence: string) => void) | undefined;
}

interface Packages {
  readonly lambda: typeof lambdaPackage;
  readonly cloudformation: typeof cloudformationPackage;
  readonly logs: typeof logsPackage;
}

/** Reading again does no harm. */
const READ_ATTEMPTS = 3;

/**
 * The clients that a run against a stack needs.
 *
 * @throws pubsub_error `config_invalid` when one is not installed
 */
export function loadClients() {
  return Promise.all([
    loadSdk('@aws-sdk/client-lambda', () => import('@aws-sdk/client-lambda')),
    loadSdk('@aws-sdk/client-cloudformation', () => import('@aws-sdk/client-cloudformation')),
    loadSdk('@aws-sdk/client-cloudwatch-logs', () => import('@aws-sdk/client-cloudwatch-logs')),
  ]);
}

/**
 * AWS by its SDK, with credentials and region by the usual chain.
 *
 * @throws pubsub_error `config_invalid` when a client is not installed
 * @throws AwsError when no region is named anywhere, or the profile is not there
 */
export async function connectAws(options: AwsOptions = {}): Promise<AwsPort> {
  const { region: given, profile, endpoint, credentials } = options;
  if (credentials === undefined) await checkProfile(options);
  const region = namedRegion(given, process.env);
  const [lambda, cloudformation, logs] = await loadClients();
  const common = {
    logger: quietLogger,
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  };
  const functions = new lambda.LambdaClient({ ...common, ...invokingClient });
  // Asked for once: a chain may start programs, or ask for a code.
  const { credentials: found } = functions.config;
  const reads = { ...common, ...invokingClient, credentials: found, maxAttempts: READ_ATTEMPTS };
  let named: string;
  try {
    named = await functions.config.region();
  } catch (error) {
    throw new AwsError({ name: 'RegionMissing', message: 'Region is missing', action: 'none', region: '' }, error);
  }
  return new SdkPort(
    named,
    functions,
    new cloudformation.CloudFormationClient(reads),
    new logs.CloudWatchLogsClient(reads),
    { lambda, cloudformation, logs },
  );
}

async function checkProfile({ profile, onNotice }: AwsOptions): Promise<void> {
  const message = await absentProfile(profile, process.env);
  if (message !== undefined) throw new AwsError({ name: 'ProfileAbsent', message, action: 'none', region: '' });
  const notice = profileBesideKeys(profile, process.env);
  if (notice !== undefined) onNotice?.(notice);
}

class SdkPort implements AwsPort {
  constructor(
    readonly region: string,
    private readonly functions: lambdaPackage.LambdaClient,
    private readonly stacks: cloudformationPackage.CloudFormationClient,
    private readonly logs: logsPackage.CloudWatchLogsClient,
    private readonly packages: Packages,
  ) {}

  async credentials(deadline: Deadline): Promise<void> {
    try {
      await ask('none', this.region, deadline, () => this.functions.config.credentials());
    } catch (error) {
      if (!(error instanceof AwsError) || error.name !== UNANSWERED) throw error;
      const message = `none of the ways to get them had an answer within ${deadline.timeoutMs / 1000} s`;
      throw new AwsError({ ...error.facts, name: 'CredentialsProviderError', message }, error);
    }
  }

  async describeStack(name: string, deadline: Deadline): Promise<StackDescription> {
    const { DescribeStacksCommand } = this.packages.cloudformation;
    const stack = await ask('cloudformation:DescribeStacks', this.region, deadline, async (abortSignal) => {
      const { Stacks } = await this.stacks.send(new DescribeStacksCommand({ StackName: name }), { abortSignal });
      // A stack that is not there is an error of its own.
      if (Stacks?.[0]?.StackStatus === undefined) throw new ForeignAnswer('it names no stack and no error');
      return Stacks[0];
    });
    const outputs = (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]);
    return {
      id: stack.StackId ?? name,
      status: stack.StackStatus ?? 'unknown',
      reason: stack.StackStatusReason,
      outputs: Object.fromEntries(outputs) as Record<string, string>,
    };
  }

  invoke(request: InvokeRequest, deadline: Deadline): Promise<InvokeAnswer> {
    return invokeFunction(
      { client: this.functions, InvokeCommand: this.packages.lambda.InvokeCommand },
      this.region,
      request,
      deadline,
    );
  }

  async logLines({ logGroup, since, limit }: LogQuery, deadline: Deadline): Promise<readonly string[]> {
    const { FilterLogEventsCommand } = this.packages.logs;
    const command = new FilterLogEventsCommand({ logGroupName: logGroup, startTime: since.getTime() });
    const { events = [] } = await ask('logs:FilterLogEvents', this.region, deadline, (abortSignal) =>
      this.logs.send(command, { abortSignal }),
    );
    return events.flatMap(({ message = '' }) => linesOf(message)).slice(-limit);
  }

  close(): void {
    this.functions.destroy();
    this.stacks.destroy();
    this.logs.destroy();
  }
}
