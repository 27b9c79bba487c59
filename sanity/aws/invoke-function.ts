import type { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Deadline } from '../../src/base/deadline.js';
import { ask } from './ask.js';
import type { InvokeAnswer, InvokeRequest } from './port.js';

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
  const answer = await ask('lambda:InvokeFunction', region, deadline, (abortSignal) =>
    sdk.client.send(command, { abortSignal }),
  );
  return {
    // A dry run has none.
    payload: Buffer.from(answer.Payload ?? []).toString('utf8'),
    functionError: answer.FunctionError,
    log: linesOf(Buffer.from(answer.LogResult ?? '', 'base64').toString('utf8')),
  };
}

export function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== '');
}
