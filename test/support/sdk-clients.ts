import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { vi } from 'vitest';

/**
 * From now on the SDK uses this environment, and no other AWS settings: its clients are created without options, as
 * in a program that was not written for a rehearsal.
 */
export function useEnvironment(env: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(env)) if (name.startsWith('AWS_')) vi.stubEnv(name, value);
}

export async function invoke(name: string, event: string | Buffer): Promise<{ result: unknown; failed: boolean }> {
  const answer = await new LambdaClient({ maxAttempts: 1 }).send(
    new InvokeCommand({ FunctionName: name, Payload: Buffer.from(event) }),
  );
  const text = Buffer.from(answer.Payload ?? []).toString();
  return { result: JSON.parse(text) as unknown, failed: answer.FunctionError !== undefined };
}

export async function describeStacks(name?: string): Promise<Stack[]> {
  const client = new CloudFormationClient({ maxAttempts: 1 });
  return (await client.send(new DescribeStacksCommand(name === undefined ? {} : { StackName: name }))).Stacks ?? [];
}

export async function outputsOf(name: string): Promise<Record<string, string>> {
  const [stack] = await describeStacks(name);
  return Object.fromEntries(stack?.Outputs?.map((one) => [one.OutputKey!, one.OutputValue!]) ?? []);
}

export async function whoAmI(): Promise<{ Arn?: string | undefined; Account?: string | undefined }> {
  return new STSClient({ maxAttempts: 1 }).send(new GetCallerIdentityCommand({}));
}

export async function logged(group: string): Promise<string[]> {
  const client = new CloudWatchLogsClient({ maxAttempts: 1 });
  const { events = [] } = await client.send(new FilterLogEventsCommand({ logGroupName: group }));
  return events.map(({ message = '' }) => message);
}
