import { pubsub_error, type pubsub_error_code } from '../src/base/error.js';
import { endpointSetting, type EndpointSetting } from './endpoint.js';
import { notAwsReason } from './not-aws-answer.js';

/** A call to AWS, for the message of its error. */
export interface AwsCall {
  /** As policies write it: "ssm:GetParameter". Errors name it, so that the user can request the permission. */
  readonly action: string;
  readonly region: string;
}

/** The `details` of an error from a call to AWS. */
export interface AwsErrorDetails extends AwsCall {
  /** AWS's name for the error, or Node's code if no service answered. */
  readonly aws_error: string;
  /** AWS's message. */
  readonly aws_message: string;
  /** The HTTP status, if a service answered. */
  readonly status: number | undefined;
  /** The reason for which Lambda throttled the call: "ConcurrentInvocationLimitExceeded". */
  readonly reason: string | undefined;
  /** How long AWS asks the caller to wait. */
  readonly retry_after_ms: number | undefined;
}

/** How to get credentials: the same sentence in every error about missing ones. */
export const CREDENTIALS_HINT =
  'Sign in (`aws sso login --profile NAME`, then --profile NAME), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN for temporary credentials).';

const NO_ANSWER_HINT = 'Check the internet connection, and the proxy if one is needed (HTTPS_PROXY).';

interface KnownError {
  readonly names: RegExp;
  readonly code: pubsub_error_code;
  readonly sentence: string;
  readonly hint: string | ((details: AwsErrorDetails) => string);
}

const known: readonly KnownError[] = [
  {
    names: /^CredentialsProviderError$/,
    code: 'credentials_missing',
    sentence: 'no AWS credentials were found',
    hint: CREDENTIALS_HINT,
  },
  {
    names: /^(ExpiredToken(Exception)?|RequestExpired|TokenProviderError)$/,
    code: 'authentication_failed',
    sentence: 'the AWS credentials have expired',
    hint: CREDENTIALS_HINT,
  },
  {
    names:
      /^(UnrecognizedClient(Exception)?|InvalidClientTokenId|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignature(Exception)?|AuthFailure|IncompleteSignature(Exception)?|InvalidToken)$/,
    code: 'authentication_failed',
    sentence: 'AWS refused the credentials',
    hint: ({ aws_message }) =>
      /signature (not yet current|expired)/i.test(aws_message)
        ? 'The clock of this machine is wrong by more than five minutes: correct it.'
        : 'They may be deleted, mistyped or from another partition, or the region may be disabled in this account. `aws sts get-caller-identity` shows more.',
  },
  {
    names: /^(AccessDenied(Exception)?|UnauthorizedOperation|Forbidden(Exception)?|UnauthorizedException)$/,
    code: 'not_authorized',
    sentence: 'the credentials do not have this permission',
    hint: ({ aws_message, action }) => {
      const named = /is not authorized to perform: ([\w:*-]+)(?: on resource: (\S+))?/.exec(aws_message);
      const on = named?.[2] === undefined ? '' : ` on ${named[2]}`;
      return `You lack ${named?.[1] ?? action}${on}: ask an administrator of the account for it. The permissions of each command are in docs/aws.md, docs/preflight.md and docs/test-events.md.`;
    },
  },
  {
    names: /^(Throttling(Exception)?|TooManyRequests(Exception)?|RequestLimitExceeded)$/,
    code: 'overloaded',
    sentence: 'AWS throttled the call',
    hint: 'Try again in a minute.',
  },
  {
    names:
      /^(ServiceException|ServiceFailure|Internal(Failure|Error|ServerError|ServerException|ServerErrorException)|(ServiceUnavailable|Unavailable)(Exception)?)$/,
    code: 'aws_refused',
    sentence: 'AWS reported an internal error',
    hint: 'Try again in a minute. If it persists, see the AWS Health Dashboard (health.aws.amazon.com) for the state of the service.',
  },
  {
    names: /^(TimeoutError|AbortError)$/,
    code: 'deadline_exceeded',
    sentence: 'AWS did not answer in time',
    hint: NO_ANSWER_HINT,
  },
];

/** Node's codes for a failed connection. */
const network: Readonly<Record<string, pubsub_error_code>> = {
  ENOTFOUND: 'host_not_found',
  EAI_AGAIN: 'host_not_found',
  ECONNREFUSED: 'connection_refused',
  ECONNRESET: 'connection_closed',
  EPIPE: 'connection_closed',
  ETIMEDOUT: 'connection_timeout',
};

/** Converts an error of a call to AWS to an error of this project, with {@link AwsErrorDetails}. */
export function awsError(thrown: unknown, call: AwsCall): pubsub_error {
  if (pubsub_error.is(thrown)) return thrown;
  const details = detailsOf(thrown, call);
  const { action, region } = call;
  const { aws_error, aws_message } = details;
  const endpoint = endpointSetting(action);
  const wrongEndpoint = endpoint === undefined ? undefined : endpointHint(endpoint);
  const error = (code: pubsub_error_code, sentence: string, hint: string): pubsub_error =>
    new pubsub_error(code, 'aws', sentence, { hint, cause: thrown, details: { ...details } });

  const otherServer = notAwsReason(thrown) ?? notAwsReason(thrown instanceof Error ? thrown.cause : undefined);
  if (otherServer !== undefined) {
    const where = endpoint === undefined ? 'something other than AWS answered' : `${endpoint.url} is not AWS`;
    return error(
      'not_aws',
      `${where} (${action}: ${otherServer})`,
      wrongEndpoint ?? 'Check for a proxy or a network that requires a sign-in, and for endpoint_url in ~/.aws/config.',
    );
  }
  const found = known.find(({ names }) => names.test(aws_error));
  if (found !== undefined) {
    const hint = typeof found.hint === 'string' ? found.hint : found.hint(details);
    const isSilent = found.code === 'deadline_exceeded';
    return error(
      found.code,
      `${found.sentence} (${action}: ${aws_message})`,
      isSilent ? (wrongEndpoint ?? hint) : hint,
    );
  }
  if (endpoint !== undefined && !/^https?:\/\/./.test(endpoint.url)) {
    return error(
      'config_invalid',
      `${endpoint.variable} is not a URL: ${endpoint.url}`,
      'Set it to a URL with a scheme, such as http://127.0.0.1:4566.',
    );
  }
  const unreachable = network[aws_error];
  if (unreachable !== undefined) {
    return error(
      unreachable,
      `AWS cannot be reached (${action}: ${aws_message})`,
      wrongEndpoint ?? `Check that region ${region} exists. ${NO_ANSWER_HINT}`,
    );
  }
  return error(
    'aws_refused',
    `${endpoint === undefined ? 'AWS' : `the endpoint ${endpoint.url}`} refused ${action}: ${aws_message} (${aws_error})`,
    wrongEndpoint ?? `AWS's documentation of ${action} describes ${aws_error}.`,
  );
}

/** True if an error is an answer of AWS, or a missing answer. False for a call that its caller aborted. */
export function isAwsError(error: unknown): error is pubsub_error {
  return pubsub_error.is(error) && error.stage === 'aws' && error.code !== 'aborted';
}

/** The details of AWS's error; undefined for an error that did not come from a call, such as a missing region. */
export function awsDetails({ details }: pubsub_error): AwsErrorDetails | undefined {
  return typeof details['aws_error'] === 'string' ? (details as object as AwsErrorDetails) : undefined;
}

/** True if AWS answered that the requested resource does not exist, by the error names of its services. */
export function isAbsent(error: unknown): boolean {
  // Any other code, such as `not_aws`, means that AWS did not answer this.
  const details = isAwsError(error) && error.code === 'aws_refused' ? awsDetails(error) : undefined;
  if (details === undefined) return false;
  const { aws_error, aws_message } = details;
  if (/^(ParameterNotFound|ResourceNotFoundException|NotFoundException|NotFound|Invalid\w+\.NotFound)$/.test(aws_error))
    return true;
  // CloudFormation has no specific error for this.
  return aws_error === 'ValidationError' && /does not exist/.test(aws_message);
}

/** The value, or undefined if AWS answers that it does not exist. */
export async function orAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function endpointHint({ variable, url }: EndpointSetting): string {
  return `${variable} is set to ${url}: correct it, or unset it to call AWS itself.`;
}

/** The parts that the SDK and Node add to their errors. */
type SdkError = Error & {
  readonly code?: unknown;
  readonly Code?: unknown;
  readonly Reason?: unknown;
  readonly retryAfterSeconds?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
};

function detailsOf(thrown: unknown, { action, region }: AwsCall): AwsErrorDetails {
  const error: Partial<SdkError> = thrown instanceof Error ? thrown : { message: String(thrown) };
  const status = error.$metadata?.httpStatusCode;
  const nodeCode = status === undefined && typeof error.code === 'string' ? error.code : undefined;
  // The errors of some services have their name only in `Code`.
  const name = error.name === 'Error' && typeof error.Code === 'string' ? error.Code : (error.name ?? 'Error');
  const seconds = Number(error.retryAfterSeconds ?? Number.NaN);
  return {
    action,
    region,
    aws_error: nodeCode ?? name,
    aws_message: error.message ?? '',
    status,
    reason: typeof error.Reason === 'string' ? error.Reason : undefined,
    retry_after_ms: Number.isFinite(seconds) ? seconds * 1_000 : undefined,
  };
}
