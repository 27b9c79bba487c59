import { pubsub_error, type pubsub_error_code } from '../src/base/error.js';
import { endpointSetting, type EndpointSetting } from './endpoint.js';
import { foreignAnswer } from './foreign-answer.js';

/** How to get credentials: the same sentence wherever they are missing. */
export const credentialsHint =
  'Sign in (`aws sso login --profile NAME`, then --profile NAME), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN where they are temporary).';

const known: readonly { names: RegExp; code: pubsub_error_code; sentence: string; hint: string }[] = [
  {
    names: /^CredentialsProviderError$/,
    code: 'credentials_missing',
    sentence: 'there are no AWS credentials to use',
    hint: credentialsHint,
  },
  {
    names: /^(ExpiredToken(Exception)?|RequestExpired|TokenProviderError)$/,
    code: 'authentication_failed',
    sentence: 'the AWS credentials have expired',
    hint: credentialsHint,
  },
  {
    names:
      /^(UnrecognizedClient(Exception)?|InvalidClientTokenId|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignature(Exception)?|AuthFailure|IncompleteSignature(Exception)?|InvalidToken)$/,
    code: 'authentication_failed',
    sentence: 'AWS does not know these credentials',
    hint: 'They may be deleted, mistyped, of another partition, or the region may not be enabled in this account. `aws sts get-caller-identity` tells more.',
  },
  {
    names: /^(AccessDenied(Exception)?|UnauthorizedOperation|Forbidden(Exception)?|UnauthorizedException)$/,
    code: 'not_authorized',
    sentence: 'these credentials may not do it',
    hint: 'Ask whoever gives rights in this account for the action that is named.',
  },
  {
    names: /^(Throttling(Exception)?|TooManyRequests(Exception)?|RequestLimitExceeded)$/,
    code: 'overloaded',
    sentence: 'AWS takes no more calls of this kind at the moment',
    hint: 'Try again in a minute.',
  },
  {
    names:
      /^(ServiceException|ServiceFailure|Internal(Failure|Error|ServerError|ServerException|ServerErrorException)|(ServiceUnavailable|Unavailable)(Exception)?)$/,
    code: 'aws_refused',
    sentence: 'AWS has an error of its own',
    hint: 'Try again in a minute. If it stays, the AWS Health Dashboard (health.aws.amazon.com) says how the service is.',
  },
  {
    names: /^(TimeoutError|AbortError)$/,
    code: 'deadline_exceeded',
    sentence: 'AWS did not answer in time',
    hint: 'Is there a way to the internet, or a proxy that has to be named (HTTPS_PROXY)?',
  },
];

/** What Node says of the way to a server, by its own codes. */
const network: Readonly<Record<string, pubsub_error_code>> = {
  ENOTFOUND: 'host_not_found',
  EAI_AGAIN: 'host_not_found',
  ECONNREFUSED: 'connection_refused',
  ECONNRESET: 'connection_closed',
  EPIPE: 'connection_closed',
  ETIMEDOUT: 'connection_timeout',
};

/**
 * What an SDK call threw, as an error of this project.
 *
 * @param action as policies write it ("ssm:GetParameter"): named, so that a person can ask for it
 */
export function awsFailure(error: unknown, action: string): pubsub_error {
  if (pubsub_error.is(error)) return error;
  const { name, message, code } = partsOf(error);
  const found = known.find(({ names }) => names.test(name));
  const details = { action, aws_error: name };
  const endpoint = endpointSetting(action);
  const led = endpoint === undefined ? undefined : ledAstray(endpoint);
  const foreign = foreignAnswer(error) ?? foreignAnswer(error instanceof Error ? error.cause : undefined);
  if (foreign !== undefined) {
    const at = endpoint === undefined ? "in AWS's place" : `at ${endpoint.url}`;
    return new pubsub_error('not_aws', 'aws', `what answers ${at} is not AWS (${action}: ${foreign})`, {
      hint:
        led ??
        'Is there a proxy, or a network that wants a sign-in first? endpoint_url in ~/.aws/config leads elsewhere, too.',
      cause: error,
      details,
    });
  }
  if (found !== undefined) {
    const sentence = `${found.sentence} (${action}: ${message})`;
    const hint = found.code === 'deadline_exceeded' ? (led ?? found.hint) : found.hint;
    return new pubsub_error(found.code, 'aws', sentence, { hint, cause: error, details });
  }
  if (endpoint !== undefined && !/^https?:\/\/./.test(endpoint.url)) {
    return new pubsub_error('config_invalid', 'aws', `${endpoint.variable} is no URL: ${endpoint.url}`, {
      hint: 'It takes one with its scheme, such as http://127.0.0.1:4566.',
      cause: error,
      details,
    });
  }
  const reached = code === undefined ? undefined : network[code];
  if (reached !== undefined) {
    return new pubsub_error(reached, 'aws', `AWS cannot be reached (${action}: ${message})`, {
      hint: led ?? 'Check the region’s name, the network, and a proxy if there is one (HTTPS_PROXY).',
      cause: error,
      details,
    });
  }
  return new pubsub_error(
    'aws_refused',
    'aws',
    `${endpoint === undefined ? 'AWS' : `the endpoint ${endpoint.url}`} refused ${action}: ${message} (${name})`,
    {
      hint: led ?? `AWS's documentation of ${action} says what ${name} means.`,
      cause: error,
      details,
    },
  );
}

function ledAstray({ variable, url }: EndpointSetting): string {
  return `${variable} leads there (${url}): correct it, or unset it to ask AWS itself.`;
}

/** Whether an error is AWS's "there is no such thing", by the names that its services have for it. */
export function isAbsent(error: unknown): boolean {
  return /^(ParameterNotFound|ResourceNotFoundException|NotFoundException|NotFound|Invalid\w+\.NotFound)$/.test(
    partsOf(error).name,
  );
}

function partsOf(error: unknown): { name: string; message: string; code: string | undefined } {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), code: undefined };
  const { code, Code } = error as Error & { code?: unknown; Code?: unknown };
  // Some services' errors have their name in `Code` only.
  const name = error.name === 'Error' && typeof Code === 'string' ? Code : error.name;
  return { name, message: error.message, code: typeof code === 'string' ? code : undefined };
}
