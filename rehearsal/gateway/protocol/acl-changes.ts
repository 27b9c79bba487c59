import { entryOf, resourceOf, type WireAcl } from './acl-book.js';
import { bodyOf, isFlexible, withBody, type RequestHead } from './requests.js';
import { framed, int16, int8, listLength, MalformedMessage, noTags, string, WireReader } from './wire.js';

const TOPIC = 2;
const LITERAL = 3;
const READ = 3;
const ALLOW = 3;
const INVALID_REQUEST = 42;
/** No entry has it. */
const NOTHING = 'kafka-cluster: an ACL has no effect on IAM';

/**
 * On MSK, ACLs have no effect on clients that log in with IAM. Behind a gateway they are how the policies are enforced,
 * so clients must not change them. Kafka still decides whether the client may: it gets the same number of changes, but
 * none that it can apply. It refuses entries for a resource without a name, after it has checked the client's right.
 */
export function createsNothing(request: Buffer, head: RequestHead): Buffer {
  return withEach(request, head, '');
}

/** The same for a request to delete entries: its filters match none. */
export function deletesNothing(request: Buffer, head: RequestHead): Buffer {
  return withEach(request, head, NOTHING);
}

function withEach(request: Buffer, head: RequestHead, resourceName: string): Buffer {
  const flexible = isFlexible(head);
  const body = bodyOf(request, head);
  const from = body.offset;
  const count = body.listLength(flexible) ?? 0;
  if (count > body.left) throw new MalformedMessage(`${count} entries do not fit into the request`);
  const one = Buffer.concat([
    int8(TOPIC),
    string(resourceName, flexible),
    ...(head.version >= 1 ? [int8(LITERAL)] : []),
    string(`User:${NOTHING}`, flexible),
    string('*', flexible),
    int8(READ),
    int8(ALLOW),
    ...(flexible ? [noTags] : []),
  ]);
  const entries = Array.from({ length: count }, () => one);
  return withBody(request, from, listLength(count, flexible), ...entries, ...(flexible ? [noTags] : []));
}

/**
 * The answer to such a request, as if Kafka had created the entries. A missing right stays an error.
 *
 * @param onCreated called with the place of each entry that the client may create
 */
export function asIfCreated(answer: Buffer, head: RequestHead, onCreated: (at: number) => void): Buffer {
  const flexible = isFlexible(head);
  return withResults(answer, head, ({ error, message }, at) => {
    const isDone = error === INVALID_REQUEST;
    if (isDone) onCreated(at);
    return [int16(isDone ? 0 : error), string(isDone ? undefined : message, flexible)];
  });
}

/**
 * The answer to a request to delete entries, as if Kafka had deleted these. A missing right stays an error.
 *
 * @param deletedBy deletes what the filter at this place matches
 */
export function asIfDeleted(answer: Buffer, head: RequestHead, deletedBy: (at: number) => readonly WireAcl[]): Buffer {
  const flexible = isFlexible(head);
  return withResults(answer, head, ({ error, message, reader }, at) => {
    const matched = reader.listLength(flexible) ?? 0;
    if (matched > 0) throw new MalformedMessage('an ACL was deleted');
    const deleted = error === 0 ? deletedBy(at) : [];
    const noError = [int16(0), string(undefined, flexible)];
    return [
      int16(error),
      string(message, flexible),
      listLength(deleted.length, flexible),
      ...deleted.flatMap((one) => [...noError, ...resourceOf(one, head), ...entryOf(one, head)]),
    ];
  });
}

/** Kafka's result for one entry, or one filter; the reader is behind these fields. */
interface Result {
  readonly error: number;
  readonly message: string | undefined;
  readonly reader: WireReader;
}

/** An answer with other results. Each is given and returned without its tagged fields. */
function withResults(answer: Buffer, head: RequestHead, replaced: (result: Result, at: number) => Buffer[]): Buffer {
  const flexible = isFlexible(head);
  const reader = new WireReader(answer);
  reader.int32();
  if (flexible) reader.skipTags();
  // The throttle time of a quota.
  reader.int32();
  const from = reader.offset;
  const count = reader.listLength(flexible) ?? 0;
  const results: Buffer[] = [];
  for (let at = 0; at < count; at += 1) {
    const result = { error: reader.int16(), message: reader.string(flexible), reader };
    results.push(...replaced(result, at));
    if (flexible) {
      reader.skipTags();
      results.push(noTags);
    }
  }
  return framed(answer.subarray(0, from), listLength(count, flexible), ...results, answer.subarray(reader.offset));
}
