import type { InvokeCommand, InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda';
import type { Deadline } from '../src/base/deadline.js';
import { ForeignAnswer } from './foreign-answer.js';
import { ask } from '../sanity/aws/ask.js';
import type { InvokeAnswer, InvokeRequest } from './port.js';

/** For clients that invoke functions. */
export const invokingClient = {
  // One attempt: the SDK would invoke a function again whose answer was lost.
  maxAttempts: 1,
  // How long an answer may take is told with each request: a function has its own time.
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 0 },
} as const;

/** The part of the SDK that invokes functions; it is loaded in different ways. */
export interface LambdaSdk {
  readonly client: LambdaClient;
  readonly InvokeCommand: typeof InvokeCommand;
}

export async function invokeFunction(
  sdk: LambdaSdk,
  region: string,
  { functionName, payload, dryRun = false }: InvokeRequest,
  deadline: Deadline,
): Promise<InvokeAnswer> {
  const command = new sdk.InvokeCommand({
    FunctionName: functionName,
    InvocationType: dryRun ? 'DryRun' : 'RequestResponse',
    ...(dryRun ? {} : { LogType: 'Tail' }),
    Payload: Buffer.from(payload),
  });
  const answer = await ask('lambda:InvokeFunction', region, deadline, async (abortSignal) => {
    const received = await sdk.client.send(command, { abortSignal });
    if (!isLambdas(received, dryRun))
      throw new ForeignAnswer(`HTTP ${received.StatusCode ?? 'unknown'}, not as Lambda answers`);
    return received;
  });
  return {
    // A dry run has none.
    payload: Buffer.from(answer.Payload ?? []).toString('utf8'),
    functionError: answer.FunctionError,
    log: linesOf(Buffer.from(answer.LogResult ?? '', 'base64').toString('utf8')),
  };
}

/** The SDK takes whatever comes with 200 for what the function returned. */
function isLambdas({ StatusCode, FunctionError, Payload }: InvokeCommandOutput, dryRun: boolean): boolean {
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
