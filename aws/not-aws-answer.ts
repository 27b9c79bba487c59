/** An answer in the format of AWS, without a part that AWS always includes. */
export class NotAwsAnswer extends Error {
  override readonly name = 'NotAwsAnswer';
}

/** The fields that the SDK adds to its errors if a server answered. */
interface Answered {
  readonly name: string;
  readonly message: string;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string | undefined>> };
}

/**
 * Describes an answer that came from a proxy, a sign-in page or a wrong endpoint. Undefined: it may have come from AWS,
 * or nothing answered.
 *
 * The SDK has no error for this: it fails to parse the text, or names the error "Unknown".
 */
export function notAwsReason(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  if (thrown instanceof NotAwsAnswer) return thrown.message;
  const { name, message, code, $metadata, $response } = thrown as Answered;
  const status = $metadata?.httpStatusCode;
  // With an error code of Node, the connection broke while the answer was read.
  if (status === undefined || typeof code === 'string') return undefined;
  const type = $response?.headers?.['content-type'] ?? '';
  const unread = name === 'SyntaxError' || /XML parse error|Deserialization error/.test(message);
  const nameless = name === 'Unknown' || /^Unknown(Error)?$/.test(message);
  if (!unread && !nameless && !/\bhtml\b/.test(type)) return undefined;
  return `HTTP ${status}, ${type === '' ? 'without a body' : type}`;
}
