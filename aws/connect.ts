import { callAws } from './call.js';
import { describeStack } from './describe-stack.js';
import { invokeFunction, invokingClient, linesOf } from './invoke-function.js';
import { loadSdk } from './load-sdk.js';
import type { AwsPort } from './port.js';
import { findCredentials, type AwsSession } from './session.js';

/**
 * AWS through its SDK.
 *
 * @throws pubsub_error `config_invalid` when a client is not installed
 */
export async function connectAws(session: AwsSession): Promise<AwsPort> {
  const { region } = session;
  const [lambda, logs] = await Promise.all([
    loadSdk('@aws-sdk/client-lambda', () => import('@aws-sdk/client-lambda')),
    loadSdk('@aws-sdk/client-cloudwatch-logs', () => import('@aws-sdk/client-cloudwatch-logs')),
  ]);
  const functions = new lambda.LambdaClient({ ...session, ...invokingClient });
  const logClient = new logs.CloudWatchLogsClient(session);
  return {
    region,
    async credentials(signal) {
      await findCredentials(session, signal);
    },
    describeStack: (name, within) => describeStack(session, name, within),
    invoke: (request, within) =>
      invokeFunction({ client: functions, InvokeCommand: lambda.InvokeCommand }, region, request, within),
    async logLines({ logGroup, since, limit }, within) {
      const command = new logs.FilterLogEventsCommand({ logGroupName: logGroup, startTime: since.getTime() });
      const { events = [] } = await callAws({ action: 'logs:FilterLogEvents', region }, within, (options) =>
        logClient.send(command, options),
      );
      return events.flatMap(({ message = '' }) => linesOf(message)).slice(-limit);
    },
    close() {
      functions.destroy();
      logClient.destroy();
    },
  };
}
