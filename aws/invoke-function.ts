import type { InvokeCommand, InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda';
import type { Deadline } from '../src/base/deadline.js';
import { callAws } from './call.js';
import { NotAwsAnswer } from './not-aws-answer.js';
import type { InvokeAnswer, InvokeRequest } from './port.js';

/** Settings of clients that invoke functions. */
export const invokingClient = {
  // One attempt, because the SDK would invoke a function a second time if the answer was lost.
  maxAttempts: 1,
  // Each request has its own time limit: that of its function.
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 0 },
} as const;

/** The part of the SDK that invokes functions; it is loaded in different ways. */
export interface LambdaSdk {
  readonly client: LambdaClient;
  readonly InvokeCommand: typeof InvokeCommand;
}

/** Invokes a function and waits for its answer, for as long as the deadline allows. */
export async function invokeFunction(
  { client, InvokeCommand }: LambdaSdk,
  region: string,
  { functionName, payload, dryRun = false }: InvokeRequest,
  within: Deadline,
): Promise<InvokeAnswer> {
  const command = new InvokeCommand({
    FunctionName: functionName,
    InvocationType: dryRun ? 'DryRun' : 'RequestResponse',
    ...(dryRun ? {} : { LogType: 'Tail' }),
    Payload: Buffer.from(payload),
  });
  const call = { action: 'lambda:InvokeFunction', region, timeoutMs: Infinity };
  const answer = await callAws(call, within, async (options) => {
    const received = await client.send(command, options);
    if (!isFromLambda(received, dryRun)) {
      throw new NotAwsAnswer(`HTTP ${received.StatusCode ?? 'unknown'}, not in Lambda's format`);
    }
    return received;
  });
  return {
    // A dry run has none.
    payload: Buffer.from(answer.Payload ?? []).toString('utf8'),
    functionError: answer.FunctionError,
    log: linesOf(Buffer.from(answer.LogResult ?? '', 'base64').toString('utf8')),
  };
}

/** The SDK accepts any body with status 200 as the function's result. */
function isFromLambda({ StatusCode, FunctionError, Payload }: InvokeCommandOutput, dryRun: boolean): boolean {
  if (dryRun) return StatusCode === 204;
  if (FunctionError !== undefined) return true;
  try {
    JSON.parse(Buffer.from(Payload ?? []).toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

export function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== '');
}
