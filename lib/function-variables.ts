import type { TopicRole } from '../lambda/functions.js';
import type { ClientName } from '../src/pubsub/config/settings.js';
import { settingRows } from '../src/pubsub/config/setting-rows.js';

/** The `PUBSUB_*` name of a setting, from the schema with which the functions read it. */
export function variableOf(path: string): string {
  const env = settingRows.find((row) => row.path === path)?.env;
  if (env === undefined) throw new Error(`no setting ${path} that is read from the environment`);
  return env;
}

export interface FunctionVariablesProps {
  readonly client: ClientName;
  readonly brokers: string;
  readonly workerTopic: string;
  readonly replyToTopic: string;
  /** The name in the brokers' logs. */
  readonly clientId: string;
  /** The consumer group of the topic that the function reads, or its prefix. */
  readonly group: string;
  /** Which of the two groups that is. */
  readonly reads: TopicRole;
}

/**
 * A policy takes effect "usually within a minute" (AWS, IAM access control for MSK). Denials at the first invocation
 * after a deployment are retried for this time.
 */
const RETRY_DENIED_MS = 30_000;

/** All variables of a function. The same names as on a laptop; only the login differs. */
export function functionVariables(props: FunctionVariablesProps): Record<string, string> {
  return {
    // The default is not set, so that it is one variable less to read.
    ...(props.client === 'kafkajs' ? {} : { [variableOf('connection.client')]: props.client }),
    [variableOf('connection.brokers')]: props.brokers,
    [variableOf('connection.auth')]: 'msk_iam',
    [variableOf('connection.client_id')]: props.clientId,
    [variableOf('connection.retry_denied_ms')]: String(RETRY_DENIED_MS),
    [variableOf('topics.worker')]: props.workerTopic,
    [variableOf('topics.reply_to')]: props.replyToTopic,
    [variableOf(`groups.${props.reads}`)]: props.group,
    // kafkajs sets a timer to a negative time at each connect, and Node 24 prints a warning each time
    // (tulios/kafkajs#1751).
    NODE_OPTIONS: '--enable-source-maps --disable-warning=TimeoutNegativeWarning',
  };
}
