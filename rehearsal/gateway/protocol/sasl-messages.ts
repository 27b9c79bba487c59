import { answerTo, bodyOf, isFlexible, withBody, type RequestHead } from './requests.js';
import { blob, framed, int16, int32, int64, noTags, string, WireReader } from './wire.js';

/** Kafka's names of the SASL mechanisms that this gateway offers, as Amazon MSK does. */
export const mechanisms = ['AWS_MSK_IAM', 'OAUTHBEARER'] as const;
export type Mechanism = (typeof mechanisms)[number];

/** Kafka's error codes. */
export const saslErrors = {
  unsupportedMechanism: 33,
  illegalState: 34,
  unsupportedVersion: 35,
  authenticationFailed: 58,
} as const;

export interface HandshakeRequest {
  mechanism: string;
  /** The same request for another mechanism, as a frame. */
  for(mechanism: Mechanism): Buffer;
}

export function readHandshake(request: Buffer, head: RequestHead): HandshakeRequest {
  const body = bodyOf(request, head);
  const at = body.offset;
  return { mechanism: body.string() ?? '', for: (mechanism) => withBody(request, at, string(mechanism)) };
}

/** Refuses a handshake, and lists the available mechanisms. */
export function refuseHandshake(head: RequestHead, errorCode: number): Buffer {
  return answerTo(head, int16(errorCode), int32(mechanisms.length), ...mechanisms.map((name) => string(name)));
}

export interface AuthenticateRequest {
  /** What the client sent; a view, not a copy. */
  bytes: Buffer;
  /** The same request with other bytes, as a frame. */
  with(bytes: Buffer): Buffer;
}

export function readAuthenticate(request: Buffer, head: RequestHead): AuthenticateRequest {
  const flexible = isFlexible(head);
  const body = bodyOf(request, head);
  const at = body.offset;
  const bytes = body.blob(flexible) ?? Buffer.alloc(0);
  const rest = request.subarray(body.offset);
  return { bytes, with: (other) => withBody(request, at, blob(other, flexible), rest) };
}

/** Refuses a login. */
export function refuseAuthenticate(head: RequestHead, message: string): Buffer {
  const flexible = isFlexible(head);
  return answerTo(
    head,
    int16(saslErrors.authenticationFailed),
    string(message, flexible),
    blob(Buffer.alloc(0), flexible),
    ...(head.version >= 1 ? [int64(0n)] : []),
    ...(flexible ? [noTags] : []),
  );
}

export interface AuthenticateAnswer {
  errorCode: number;
  message: string | undefined;
  bytes: Buffer;
  /** The same answer with other bytes for the client, as a frame. */
  with(bytes: Buffer): Buffer;
}

export function readAuthenticateAnswer(answer: Buffer, head: RequestHead): AuthenticateAnswer {
  const flexible = isFlexible(head);
  const reader = new WireReader(answer);
  reader.int32();
  if (flexible) reader.skipTags();
  const errorCode = reader.int16();
  const message = reader.string(flexible);
  const at = reader.offset;
  const bytes = reader.blob(flexible) ?? Buffer.alloc(0);
  const rest = answer.subarray(reader.offset);
  const withBytes = (other: Buffer): Buffer => framed(answer.subarray(0, at), blob(other, flexible), rest);
  return { errorCode, message, bytes, with: withBytes };
}
