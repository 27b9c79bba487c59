import { entryOf, resourceOf, type WireAcl } from './acl-book.js';
import { isFlexible, type RequestHead } from './requests.js';
import { framed, int8, listLength, noTags, string, WireReader } from './wire.js';

/** Only a policy has a role as its principal: users of Kafka have other names. */
const ofRole = /^User:arn:aws[\w-]*:(?:iam|sts)::/;

/**
 * The answer to a request for ACLs, without those that enforce policies: on MSK the policies of roles are no ACLs. An
 * error, such as a missing right, stays as it is.
 *
 * @param created those that clients have created, as far as the request is about them
 */
export function asIfListed(answer: Buffer, head: RequestHead, created: readonly WireAcl[]): Buffer {
  const flexible = isFlexible(head);
  const tags = flexible ? [noTags] : [];
  const reader = new WireReader(answer);
  const skipTags = (): void => {
    if (flexible) reader.skipTags();
  };
  reader.int32();
  skipTags();
  // The throttle time of a quota, the error and its message.
  reader.int32();
  const error = reader.int16();
  reader.string(flexible);
  const from = reader.offset;
  const resources: Buffer[] = [];
  for (let left = reader.listLength(flexible) ?? 0; left > 0; left -= 1) {
    const start = reader.offset;
    reader.int8();
    reader.string(flexible);
    if (head.version >= 1) reader.int8();
    const resource = answer.subarray(start, reader.offset);
    const entries: Buffer[] = [];
    for (let more = reader.listLength(flexible) ?? 0; more > 0; more -= 1) {
      const principal = reader.string(flexible);
      const host = reader.string(flexible);
      const [operation, permission] = [reader.int8(), reader.int8()];
      skipTags();
      if (ofRole.test(principal ?? '')) continue;
      const texts = [string(principal, flexible), string(host, flexible)];
      entries.push(Buffer.concat([...texts, int8(operation), int8(permission), ...tags]));
    }
    skipTags();
    if (entries.length > 0) {
      resources.push(Buffer.concat([resource, listLength(entries.length, flexible), ...entries, ...tags]));
    }
  }
  for (const one of error === 0 ? created : []) {
    resources.push(Buffer.concat([...resourceOf(one, head), listLength(1, flexible), ...entryOf(one, head), ...tags]));
  }
  const rest = answer.subarray(reader.offset);
  return framed(answer.subarray(0, from), listLength(resources.length, flexible), ...resources, rest);
}
