/** An answer that reads as one of AWS's, and lacks what AWS never leaves out. */
export class ForeignAnswer extends Error {
  override readonly name = 'ForeignAnswer';
}

/** What the SDK hangs on what it throws once something has answered. */
interface Answered {
  readonly name: string;
  readonly message: string;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string | undefined>> };
}

/**
 * What an answer was that did not come from AWS, but from a proxy, a sign-in page or a wrong endpoint; undefined: it may
 * have come from AWS, or nothing answered at all.
 *
 * The SDK has no error for it: it fails over the text, or calls an error "Unknown" that has no name.
 */
export function foreignAnswer(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  if (thrown instanceof ForeignAnswer) return thrown.message;
  const { name, message, code, $metadata, $response } = thrown as Answered;
  const status = $metadata?.httpStatusCode;
  // With a code of Node's, the way to the server broke while it was read.
  if (status === undefined || typeof code === 'string') return undefined;
  const type = $response?.headers?.['content-type'] ?? '';
  const unread = name === 'SyntaxError' || /XML parse error|Deserialization error/.test(message);
  const nameless = name === 'Unknown' || /^Unknown(Error)?$/.test(message);
  if (!unread && !nameless && !/\bhtml\b/.test(type)) return undefined;
  return `HTTP ${status}, ${type === '' ? 'nothing in it' : type}`;
}
