import { GatewayRefusal } from '../refusal.js';
import { apiKeys, HEAD_BYTES, isAnswered, readHead, type RequestHead } from './requests.js';
import { MalformedMessage } from './wire.js';

/** The limit before a login, and for messages of a login; the longest token has 4 KB. */
const MOST_LOGIN_BYTES = 64 * 1_024;
/** More than 1 000 ACLs with the longest names. */
const MOST_ACL_BYTES = 1_024 * 1_024;
/** Kafka's own limit (`socket.request.max.bytes`). */
const MOST_REQUEST_BYTES = 100 * 1_024 * 1_024;
/** The part of a request that must contain its client id and its transactional id. */
const MOST_START_BYTES = 70 * 1_024;

const beforeLogin: ReadonlySet<number> = new Set([
  apiKeys.apiVersions,
  apiKeys.saslHandshake,
  apiKeys.saslAuthenticate,
]);

/** Whether a request belongs to a login, or may come before one. */
export function isAllowedBeforeLogin({ apiKey }: RequestHead): boolean {
  return beforeLogin.has(apiKey);
}

/**
 * What to do with a request. `more`: too little of it has arrived to decide. `pass`: it is forwarded to the broker as
 * it arrives, and the broker answers it or not. `collect`: it must be read as a whole.
 */
export type Route =
  | { readonly kind: 'more' }
  | { readonly kind: 'pass'; readonly head: RequestHead; readonly answered: boolean }
  | { readonly kind: 'collect'; readonly head: RequestHead };

/**
 * Routes a request by its first bytes. Pure.
 *
 * @param start the bytes of the request that have arrived, without its size
 * @param mustDecide whether the rights of the client depend on names in this request
 * @throws GatewayRefusal, MalformedMessage
 */
export function routeOf(
  start: Buffer,
  size: number,
  isLoggedIn: boolean,
  mustDecide: (head: RequestHead) => boolean,
): Route {
  const most = isLoggedIn ? MOST_REQUEST_BYTES : MOST_LOGIN_BYTES;
  if (size > most) throw tooLarge(size, most);
  if (size < HEAD_BYTES) throw new MalformedMessage(`a request of ${size} bytes has no header`);
  if (start.length < HEAD_BYTES) return { kind: 'more' };
  const head = readHead(start);
  if (!isLoggedIn && !beforeLogin.has(head.apiKey)) {
    throw new GatewayRefusal('not_logged_in', 'the client sent a request before it logged in');
  }
  switch (head.apiKey) {
    case apiKeys.saslHandshake:
    case apiKeys.saslAuthenticate:
    case apiKeys.initProducerId:
      if (size > MOST_LOGIN_BYTES) throw tooLarge(size, MOST_LOGIN_BYTES);
      return { kind: 'collect', head };
    case apiKeys.describeAcls:
    case apiKeys.createAcls:
    case apiKeys.deleteAcls:
      if (size > MOST_ACL_BYTES) throw tooLarge(size, MOST_ACL_BYTES);
      return { kind: 'collect', head };
    case apiKeys.produce: {
      if (mustDecide(head)) return { kind: 'collect', head };
      const answered = isAnswered(start, size, head);
      if (answered !== undefined) return { kind: 'pass', head, answered };
      if (start.length > MOST_START_BYTES) throw new MalformedMessage('the start of a Produce request is too long');
      return { kind: 'more' };
    }
    default:
      return mustDecide(head) ? { kind: 'collect', head } : { kind: 'pass', head, answered: true };
  }
}

function tooLarge(size: number, most: number): GatewayRefusal {
  return new GatewayRefusal('frame_too_large', `a frame declares ${size} bytes; the limit is ${most}`);
}
