/**
 * A second evaluator of IAM policies, with which tests compare ours. Written from the IAM user guide ("Policy
 * evaluation logic", "Cross-account policy evaluation logic", "IAM JSON policy elements: Condition operators",
 * "Conditions with multiple context keys or values", "Variables and tags"). It works on documents as written, and is
 * slow: it evaluates every rule separately, and patterns are regular expressions. It shares no code with what it
 * checks.
 */
export interface Document {
  Version?: string;
  Statement: Statement | Statement[];
}

type Texts = string | string[];

export interface Statement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Action?: Texts;
  NotAction?: Texts;
  Resource?: Texts;
  NotResource?: Texts;
  Principal?: '*' | { AWS: Texts };
  NotPrincipal?: { AWS: Texts };
  Condition?: Record<string, Record<string, Texts>>;
}

export interface Policies {
  identity: Document[];
  boundary?: Document;
  session?: Document;
  /** One list for each level of the organization. */
  scps?: Document[];
  cluster?: Document;
}

export interface Request {
  action: string;
  resource: string;
  roleArn: string;
  sessionArn: string;
  /** By lower-case keys; the request does not have other keys. */
  context: Record<string, string[]>;
}

export type BruteForceDecision = 'allowed' | 'denied' | 'explicitly denied';

export function bruteForce(policies: Policies, request: Request): BruteForceDecision {
  const { identity, boundary, session, scps = [], cluster } = policies;
  const everything = [...identity, boundary, session, ...scps, cluster].filter((one) => one !== undefined);
  // Step 1: "If the code finds even one explicit deny that applies, the code returns a final decision of Deny."
  for (const document of everything) {
    for (const one of statements(document)) {
      if (one.Effect === 'Deny' && applies(one, request, document)) return 'explicitly denied';
    }
  }
  const allows = (document: Document): boolean =>
    statements(document).some((one) => one.Effect === 'Allow' && applies(one, request, document));
  // Step 2: SCPs, "an explicit Allow statement at every level".
  if (!scps.every(allows)) return 'denied';
  const byIdentity =
    identity.some(allows) && (boundary === undefined || allows(boundary)) && (session === undefined || allows(session));
  const sameAccount = request.roleArn.split(':')[4] === request.resource.split(':')[4];
  if (!sameAccount) {
    // "The request is allowed only if both evaluations return a decision of Allow."
    return byIdentity && cluster !== undefined && allows(cluster) ? 'allowed' : 'denied';
  }
  if (cluster !== undefined) {
    for (const one of statements(cluster)) {
      if (one.Effect !== 'Allow' || !applies(one, request, cluster)) continue;
      const named = principalsOf(one);
      // Directly to the session, or to everyone: "not limited by an implicit deny".
      if (named.includes('*') || named.includes(request.sessionArn)) return 'allowed';
      // "Resource-based policies that grant permissions to an IAM role ARN are limited by an implicit deny in a
      // permissions boundary or session policy."
      if (
        named.includes(request.roleArn) &&
        (boundary === undefined || allows(boundary)) &&
        (session === undefined || allows(session))
      ) {
        return 'allowed';
      }
    }
  }
  return byIdentity ? 'allowed' : 'denied';
}

/** A possible reason of a denial: a statement of a document, or a document of which no statement allows it. */
export interface Because {
  layer: 'identity' | 'boundary' | 'session' | 'scps' | 'cluster';
  document: number;
  statement?: number;
}

/** All correct reasons of a denial; empty for what is allowed. */
export function becauseOf(policies: Policies, request: Request): Because[] {
  const verdict = bruteForce(policies, request);
  if (verdict === 'allowed') return [];
  const { identity, boundary, session, scps = [], cluster } = policies;
  const one = (document: Document | undefined): Document[] => (document === undefined ? [] : [document]);
  const layers = { scps, identity, boundary: one(boundary), session: one(session), cluster: one(cluster) };
  const all = Object.entries(layers).flatMap(([layer, documents]) =>
    documents.map((document, at) => ({ layer: layer as Because['layer'], at, document })),
  );
  if (verdict === 'explicitly denied') {
    return all.flatMap(({ layer, at, document }) =>
      statements(document).flatMap((each, statement) =>
        each.Effect === 'Deny' && applies(each, request, document) ? { layer, document: at, statement } : [],
      ),
    );
  }
  const silent = all.filter(
    ({ document }) => !statements(document).some((each) => each.Effect === 'Allow' && applies(each, request, document)),
  );
  // The role's own documents count as one: it is enough if one of them allows.
  const own = silent.filter(({ layer }) => layer === 'identity');
  const others = silent.filter(({ layer }) => layer !== 'identity');
  return (own.length === identity.length ? silent : others).map(({ layer, at }) => ({ layer, document: at }));
}

function statements({ Statement: all }: Document): Statement[] {
  return Array.isArray(all) ? all : [all];
}

function list(texts: Texts): string[] {
  return Array.isArray(texts) ? texts : [texts];
}

function principalsOf({ Principal: principal }: Statement): string[] {
  if (principal === undefined) return [];
  return principal === '*' ? ['*'] : list(principal.AWS);
}

function applies(one: Statement, request: Request, { Version: version }: Document): boolean {
  const variables = version === '2012-10-17';
  const { roleArn, sessionArn } = request;
  const account = roleArn.split(':')[4]!;
  if (one.Principal !== undefined) {
    const who = ['*', roleArn, sessionArn, account, `arn:aws:iam::${account}:root`];
    if (!principalsOf(one).some((principal) => who.includes(principal))) return false;
  }
  if (one.NotPrincipal !== undefined) {
    const spared = list(one.NotPrincipal.AWS);
    const accountToo = spared.includes(account) || spared.includes(`arn:aws:iam::${account}:root`);
    if (spared.includes('*') || (spared.includes(roleArn) && spared.includes(sessionArn) && accountToo)) return false;
  }
  const action = (pattern: string): boolean => like(pattern, request.action, 'i');
  if (one.Action !== undefined && !list(one.Action).some(action)) return false;
  if (one.NotAction !== undefined && list(one.NotAction).some(action)) return false;
  // "AWS automatically completes the ARN by adding wildcard characters (*) to all missing fields": in identity-based
  // policies, which have no principals.
  const isOfCluster = one.Principal !== undefined || one.NotPrincipal !== undefined;
  const resource = (written: string): boolean | 'missing' => {
    const pattern = isOfCluster || written === '*' ? written : completed(written);
    const text = variables ? filled(pattern, request, true) : expression(pattern);
    return text === 'missing' ? 'missing' : new RegExp(`^${text}$`, 's').test(request.resource);
  };
  if (one.Resource !== undefined && !list(one.Resource).some((pattern) => resource(pattern) === true)) return false;
  if (one.NotResource !== undefined) {
    const results = list(one.NotResource).map(resource);
    if (results.includes('missing') || results.includes(true)) return false;
  }
  return Object.entries(one.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => holds(operator, key, list(values), request, variables)),
  );
}

/** Counts the colons outside of variables. */
function completed(resource: string): string {
  const colons = resource.replaceAll(/\$\{.*?\}/g, '').split(':').length - 1;
  return resource + ':*'.repeat(Math.max(0, 5 - colons));
}

function holds(operator: string, key: string, wanted: string[], request: Request, variables: boolean): boolean {
  const actual = request.context[key.toLowerCase()] ?? [];
  const set = /^(ForAllValues|ForAnyValue):/.exec(operator)?.[1];
  const ifExists = operator.endsWith('IfExists');
  const name = operator.replace(/^.*:/, '').replace(/IfExists$/, '');
  if (name === 'Null') return wanted.includes(actual.length === 0 ? 'true' : 'false');
  const negated = name.includes('Not');
  const positive = name.replace('Not', '');
  if (actual.length === 0) {
    if (ifExists) return true;
    if (set === 'ForAllValues') return true;
    if (set === 'ForAnyValue') return false;
    return negated;
  }
  const texts = wanted.map((value) =>
    variables && /^(String|Arn|Bool)/.test(positive)
      ? filled(value, request, /Like|Arn/.test(positive))
      : /Like|Arn/.test(positive)
        ? expression(value)
        : escaped(value),
  );
  if (negated && texts.includes('missing')) return false;
  const matchesAny = (value: string): boolean =>
    texts.some((text, at) => text !== 'missing' && compare(positive, value, text, wanted[at]!));
  const fits = (value: string): boolean => (negated ? !matchesAny(value) : matchesAny(value));
  if (set === 'ForAllValues') return actual.every(fits);
  if (set === 'ForAnyValue') return actual.some(fits);
  return negated ? actual.every(fits) : actual.some(fits);
}

/**
 * @param source the policy's value as a regular expression
 * @param raw the value as written
 */
function compare(operator: string, value: string, source: string, raw: string): boolean {
  const seconds = (text: string): number => (/^\d{5,}$/.test(text) ? Number(text) : new Date(text).getTime() / 1_000);
  switch (operator) {
    case 'StringEquals':
    case 'StringLike':
      return new RegExp(`^${source}$`, 's').test(value);
    case 'StringEqualsIgnoreCase':
    case 'Bool':
      return new RegExp(`^${source}$`, 'si').test(value);
    case 'ArnEquals':
    case 'ArnLike': {
      const parts = /^([^:]*):([^:]*):([^:]*):([^:]*):([^:]*):(.*)$/s;
      const [is, asked] = [parts.exec(value), parts.exec(source)];
      if (is === null || asked === null) return false;
      return [1, 2, 3, 4, 5, 6].every((at) => new RegExp(`^${asked[at]!}$`, 's').test(is[at]!));
    }
    case 'NumericEquals':
      return Number(value) === Number(raw);
    case 'NumericLessThan':
      return Number(value) < Number(raw);
    case 'NumericLessThanEquals':
      return Number(value) <= Number(raw);
    case 'NumericGreaterThan':
      return Number(value) > Number(raw);
    case 'NumericGreaterThanEquals':
      return Number(value) >= Number(raw);
    case 'DateEquals':
      return seconds(value) === seconds(raw);
    case 'DateLessThan':
      return seconds(value) < seconds(raw);
    case 'DateLessThanEquals':
      return seconds(value) <= seconds(raw);
    case 'DateGreaterThan':
      return seconds(value) > seconds(raw);
    case 'DateGreaterThanEquals':
      return seconds(value) >= seconds(raw);
    case 'IpAddress': {
      const [base = '', bits = '32'] = raw.split('/');
      return ipBits(value).slice(0, Number(bits)) === ipBits(base).slice(0, Number(bits));
    }
    default:
      throw new Error(`the tests have no operator ${operator}`);
  }
}

function ipBits(address: string): string {
  return address
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
}

/** A string of a policy as a regular expression, with its variables replaced by the values of the request. */
function filled(text: string, request: Request, wild: boolean): string {
  let missing = false;
  const parts = text.split(/(\$\{[^}]*\})/).map((part) => {
    const inner = /^\$\{(.*)\}$/.exec(part)?.[1];
    if (inner === undefined) return wild ? expression(part) : escaped(part);
    if (inner === '*' || inner === '?' || inner === '$') return escaped(inner);
    const [key = '', otherwise] = inner.split(', ');
    const values = request.context[key.toLowerCase()] ?? [];
    const value = values.length === 1 ? values[0] : values.length === 0 ? otherwise?.slice(1, -1) : undefined;
    if (value === undefined) missing = true;
    return escaped(value ?? '');
  });
  return missing ? 'missing' : parts.join('');
}

function like(pattern: string, text: string, flags: string): boolean {
  return new RegExp(`^${expression(pattern)}$`, `s${flags}`).test(text);
}

function expression(pattern: string): string {
  return escaped(pattern).replaceAll('\\*', '.*').replaceAll('\\?', '.');
}

function escaped(text: string): string {
  return text.replace(/[.$^+(){}|[\]\\*?]/g, '\\$&');
}
