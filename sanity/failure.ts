import { awsDetails, isAwsError, type AwsErrorDetails } from '../aws/error.js';
import { pubsub_error } from '../src/base/error.js';
import { isErrorCode, type CheckCode } from './causes.js';

/** What a failed check says. */
export interface Failure {
  readonly code: CheckCode;
  readonly evidence: string;
  readonly hint: string;
  /** The last lines of the function's log. */
  readonly log?: readonly string[];
}

/** Anything that was thrown, as the failure of a check. */
export function failureOf(thrown: unknown): Failure {
  const error = pubsub_error.from(thrown, 'handle');
  const details = isAwsError(error) && error.code !== 'not_aws' ? awsDetails(error) : undefined;
  const ofLambda = details?.action === 'lambda:InvokeFunction' ? lambdaFailure(details) : undefined;
  return ofLambda ?? { code: error.code, evidence: error.raw_message, hint: error.hint ?? '' };
}

type LambdaRule = readonly [
  names: RegExp,
  code: CheckCode,
  evidence: (details: AwsErrorDetails) => string,
  hint: string | ((details: AwsErrorDetails) => string),
];

/** Errors that Lambda answers in place of a function, by their names; the first match counts. */
const lambdaRules: readonly LambdaRule[] = [
  [
    /^ServiceException$/,
    'aws_refused',
    ({ aws_message }) => `Lambda reported an internal error: ${aws_message} (ServiceException)`,
    'It is not known whether the function has run. Try again in a minute; if it persists, see the AWS Health Dashboard (health.aws.amazon.com) for the state of Lambda.',
  ],
  [
    /^(ResourceNotFoundException|FunctionNotFound)$/,
    'function_absent',
    ({ aws_message }) => aws_message,
    ({ region }) => `It was deleted or renamed in ${region}: deploy the stack again (npx cdk deploy).`,
  ],
  [
    /^TooManyRequestsException$/,
    'function_throttled',
    ({ aws_message, reason }) =>
      `Lambda throttled every attempt: ${aws_message}${reason === undefined ? '' : ` (${reason})`}`,
    ({ reason }) =>
      reason?.startsWith('ReservedFunction')
        ? 'The function has a reserved concurrency, and all of it is in use (0 disables a function): raise it or remove it.'
        : "The account's concurrency in this region is in use: look at ConcurrentExecutions, or request a higher limit.",
  ],
  [
    /^(ResourceConflictException|ResourceNotReadyException|CodeArtifactUserPendingException)$/,
    'function_not_ready',
    ({ aws_message, aws_error }) => `the function did not become ready: ${aws_message} (${aws_error})`,
    'Lambda is still creating its network interfaces: try again in a few minutes, then look at the state of the function.',
  ],
  [
    /^(ENILimitReached|SubnetIPAddressLimitReached|EC2(AccessDenied|Throttled|Unexpected)|InvalidSubnetID|InvalidSecurityGroupID)Exception$/,
    'function_network',
    ({ aws_message, aws_error }) => `Lambda cannot connect the function to its network: ${aws_message} (${aws_error})`,
    "Check the subnets' free addresses, the security group, and the six ec2: actions of the function's role.",
  ],
  [
    /^kms/i,
    'function_key',
    ({ aws_message, aws_error }) =>
      `Lambda cannot decrypt the function's environment variables: ${aws_message} (${aws_error})`,
    'The KMS key of the function is disabled or deleted, or the function is not allowed to use it.',
  ],
];

function lambdaFailure(details: AwsErrorDetails): Failure | undefined {
  const rule = lambdaRules.find(([names]) => names.test(details.aws_error));
  if (rule === undefined) return undefined;
  const [, code, evidence, hint] = rule;
  return { code, evidence: evidence(details), hint: typeof hint === 'string' ? hint : hint(details) };
}

/** The answer of an invocation that failed. */
export interface FailedAnswer {
  readonly error: { readonly errorType: string; readonly errorMessage: string };
  readonly timedOut: boolean;
  /** Set if the call failed, not the function. */
  readonly failure?: Failure;
  /** The last lines of the function's log. */
  readonly log: readonly string[];
}

/**
 * A function's error answer, as the failure of a check. Our handlers write "[code] sentence — hint"; Lambda's own
 * errors (time-outs, processes that ended) have other types.
 *
 * `fromHandler`: our handler answered, so the function does run.
 */
export function answerFailure(answer: FailedAnswer): Failure & { fromHandler: boolean } {
  const { log } = answer;
  if (answer.failure !== undefined) return { ...answer.failure, log, fromHandler: false };
  const { errorType, errorMessage } = answer.error;
  const [, code = '', sentence = '', hint = ''] = /^\[(\w+)\] (.*?)(?: — (.*))?$/s.exec(errorMessage) ?? [];
  if (isErrorCode(code)) return { code, evidence: sentence, hint, log, fromHandler: true };
  if (answer.timedOut) {
    return {
      code: 'function_timed_out',
      evidence: errorMessage,
      hint: 'The last lines of its log show what it waited for. More time (--timeout; in AWS the function’s own time-out) helps only if it was still working.',
      log,
      fromHandler: false,
    };
  }
  if (/signal: (killed|aborted)/.test(errorMessage)) {
    return {
      code: 'function_killed',
      evidence: errorMessage,
      hint: 'The function may have run out of memory (see Max Memory Used in its log), or another program killed it.',
      log,
      fromHandler: false,
    };
  }
  return {
    code: 'function_failed',
    evidence: errorMessage.startsWith(errorType) ? errorMessage : `${errorType}: ${errorMessage}`,
    hint: 'Its handler did not return a result: see its log.',
    log,
    fromHandler: false,
  };
}

const ofConnections: readonly CheckCode[] = [
  'host_not_found',
  'connection_refused',
  'connection_timeout',
  'connection_closed',
  'not_kafka',
  'tls_failed',
  'broker_unavailable',
  'credentials_missing',
];

/** Codes which mean that no broker answered in Kafka's protocol, so nothing is known about Kafka. */
const unreachable: ReadonlySet<CheckCode> = new Set([...ofConnections, 'not_aws', 'config_invalid', 'event_invalid']);

/** Codes which mean that no broker accepted a connection, or none answered a request. */
const ofBrokers: ReadonlySet<CheckCode> = new Set([
  ...ofConnections,
  'broker_refused',
  'authentication_failed',
  'deadline_exceeded',
]);

export function isAboutBrokers({ code }: Failure): boolean {
  return ofBrokers.has(code);
}

export function isUnreachable({ code }: { readonly code?: CheckCode | undefined }): boolean {
  return code !== undefined && unreachable.has(code);
}

/** No credentials were accepted, so nothing is known about the stack. */
export function isCredentialFailure({ code }: Failure): boolean {
  return ['credentials_missing', 'authentication_failed', 'config_invalid'].includes(code);
}
