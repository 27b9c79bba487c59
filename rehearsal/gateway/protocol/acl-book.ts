import { bodyOf, isFlexible, type RequestHead } from './requests.js';
import { int8, MalformedMessage, noTags, string, type WireReader } from './wire.js';

/** An ACL, or a filter for ACLs, with Kafka's numbers. In a filter, absent texts match every text. */
export interface WireAcl {
  readonly resourceType: number;
  readonly resourceName: string | undefined;
  readonly pattern: number;
  readonly principal: string | undefined;
  readonly host: string | undefined;
  readonly operation: number;
  readonly permission: number;
}

const ANY = 1;
/** Every pattern that applies to the name. */
const MATCH = 2;
const LITERAL = 3;
const PREFIXED = 4;

/**
 * The ACLs that clients have created through the gateways of a cluster. They have no effect, as on MSK for clients that
 * log in with IAM; clients list and delete them.
 */
export class AclBook {
  readonly #entries = new Map<string, WireAcl>();

  add(entry: WireAcl): void {
    this.#entries.set(JSON.stringify(entry), entry);
  }

  matching(filter: WireAcl): WireAcl[] {
    return [...this.#entries.values()].filter((entry) => matches(filter, entry));
  }

  /** @returns what was removed */
  remove(filter: WireAcl): WireAcl[] {
    const removed = this.matching(filter);
    for (const entry of removed) this.#entries.delete(JSON.stringify(entry));
    return removed;
  }
}

function matches(filter: WireAcl, entry: WireAcl): boolean {
  const sameNumber = (wanted: number, actual: number): boolean => wanted === ANY || wanted === actual;
  const sameText = (wanted: string | undefined, actual: string | undefined): boolean =>
    wanted === undefined || wanted === actual;
  return (
    sameNumber(filter.resourceType, entry.resourceType) &&
    sameNumber(filter.operation, entry.operation) &&
    sameNumber(filter.permission, entry.permission) &&
    sameText(filter.principal, entry.principal) &&
    sameText(filter.host, entry.host) &&
    (filter.pattern === MATCH
      ? appliesTo(entry, filter.resourceName)
      : sameNumber(filter.pattern, entry.pattern) && sameText(filter.resourceName, entry.resourceName))
  );
}

function appliesTo({ pattern, resourceName = '' }: WireAcl, name: string | undefined): boolean {
  if (name === undefined) return true;
  if (pattern === PREFIXED) return name.startsWith(resourceName);
  return resourceName === name || resourceName === '*';
}

/** The ACLs to create, or the filters of those to delete. */
export function aclsIn(request: Buffer, head: RequestHead): WireAcl[] {
  const flexible = isFlexible(head);
  const body = bodyOf(request, head);
  const count = body.listLength(flexible) ?? 0;
  if (count > body.left) throw new MalformedMessage(`${count} entries do not fit into the request`);
  return Array.from({ length: count }, () => {
    const one = readAcl(body, head);
    if (flexible) body.skipTags();
    return one;
  });
}

/** The filter of a request that lists ACLs. */
export function filterIn(request: Buffer, head: RequestHead): WireAcl {
  return readAcl(bodyOf(request, head), head);
}

function readAcl(body: WireReader, head: RequestHead): WireAcl {
  const flexible = isFlexible(head);
  return {
    resourceType: body.int8(),
    resourceName: body.string(flexible),
    pattern: head.version >= 1 ? body.int8() : LITERAL,
    principal: body.string(flexible),
    host: body.string(flexible),
    operation: body.int8(),
    permission: body.int8(),
  };
}

/** The resource of an ACL, as in answers. */
export function resourceOf({ resourceType, resourceName, pattern }: WireAcl, head: RequestHead): Buffer[] {
  return [int8(resourceType), string(resourceName, isFlexible(head)), ...(head.version >= 1 ? [int8(pattern)] : [])];
}

/** Who may do what, as in answers. */
export function entryOf({ principal, host, operation, permission }: WireAcl, head: RequestHead): Buffer[] {
  const flexible = isFlexible(head);
  const texts = [string(principal, flexible), string(host, flexible)];
  return [...texts, int8(operation), int8(permission), ...(flexible ? [noTags] : [])];
}
