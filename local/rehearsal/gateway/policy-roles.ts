import { randomBytes, randomInt } from 'node:crypto';
import { basename } from 'node:path';
import { pubsub_error } from '../../../src/base/error.js';
import type { AclEntry } from '../../../src/kafka/admin/acls.js';
import {
  compileAcls,
  mayConnect,
  mayWriteIdempotently,
  policyStatements,
  spelledOut,
  type PolicyStatement,
  type RoleRights,
} from '../policy/index.js';
import type { GatewayRole } from './roles.js';

/** A policy document from a file, and the role that is to have it. */
export interface PolicyFile {
  /** Where it is, for error messages; the role is named after it. */
  path: string;
  text: string;
}

export interface PlanOptions {
  /** In the order of the files. @default made up from the files' names */
  roleArns?: readonly string[];
  /** @default the one that the policies speak of, else a made-up one */
  clusterArn?: string;
  /** @default the cluster's */
  region?: string;
  /** Names beside those that the policies spell out. */
  topics?: readonly string[];
  groups?: readonly string[];
  transactionalIds?: readonly string[];
  /** Of the first role. @default made up for each */
  credentials?: Pick<GatewayRole, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>;
}

/** What gateways and Kafka have to know about some policies. */
export interface PolicyPlan {
  region: string;
  clusterArn: string;
  roles: GatewayRole[];
  /** The names that ACLs speak of: everything else is denied. */
  topics: string[];
  groups: string[];
  acls(topics: readonly string[]): AclEntry[];
}

const madeUp = {
  region: 'us-east-1',
  account: '111122223333',
  name: 'gateway',
  id: '00000000-0000-4000-8000-000000000000-1',
};

/**
 * Pure: reads policies as IAM would, and says who they are for.
 *
 * @throws pubsub_error `template_refused` for what a policy has that is not evaluated, `argument_invalid` for files
 * that are no JSON, or several clusters
 */
export function planRoles(files: readonly PolicyFile[], options: PlanOptions = {}): PolicyPlan {
  const policies = files.map(({ path, text }) => ({ path, statements: policyStatements(parse(path, text), path) }));
  const statements = policies.flatMap((policy) => policy.statements);
  const clusterArn = options.clusterArn ?? clusterOf(statements, options.region);
  const [, , , region = '', account = ''] = clusterArn.split(':');
  if (options.region !== undefined && options.region !== region) {
    const sentence = `the region ${options.region} is not that of the cluster ${clusterArn}`;
    throw invalid(
      sentence,
      'Clients sign for the region of their cluster: leave --region out, or give another --cluster-arn.',
    );
  }
  const rights = policies.map(({ path, statements: own }, i): RoleRights => ({
    arn: options.roleArns?.[i] ?? `arn:aws:iam::${account}:role/${roleName(path)}`,
    statements: own,
    boundary: undefined,
  }));
  const twice = rights.find(({ arn }, i) => rights.findIndex((other) => other.arn === arn) !== i);
  if (twice !== undefined) throw invalid(`two policies are for the role ${twice.arn}`);
  const roles = rights.map((role, i): GatewayRole => ({
    arn: role.arn,
    ...(i === 0 && options.credentials !== undefined ? options.credentials : newCredentials()),
    mayConnect: mayConnect(role, clusterArn),
    mayWriteIdempotently: mayWriteIdempotently(role, clusterArn),
  }));
  const names = (kind: 'topic' | 'group' | 'transactional-id', given: readonly string[] = []): string[] =>
    [...new Set([...spelledOut(statements, kind), ...given])].sort();
  const topics = names('topic', options.topics);
  const groups = names('group', options.groups);
  const transactionalIds = names('transactional-id', options.transactionalIds);
  return {
    region,
    clusterArn,
    roles,
    topics,
    groups,
    acls: (more) =>
      rights.flatMap((role) =>
        compileAcls(role, { clusterArn, topics: [...new Set([...topics, ...more])], groups, transactionalIds }),
      ),
  };
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new pubsub_error('argument_invalid', 'rehearsal', `${path} is not JSON`, { cause: error });
  }
}

/** `policies/worker.json` → worker */
function roleName(path: string): string {
  return (
    basename(path)
      .replace(/\.json$/i, '')
      .replaceAll(/[^\w+=,.@-]/g, '-') || 'role'
  );
}

/** The cluster that these statements are about: the one that they spell out, else one that their patterns fit. */
function clusterOf(statements: readonly PolicyStatement[], region: string = madeUp.region): string {
  const patterns = statements.flatMap(({ resources }) =>
    resources.flatMap((resource) => clusterPattern(resource) ?? []),
  );
  const spelled = [...new Set(patterns.filter((pattern) => !open.test(pattern.join('/'))).map(clusterArnOf))];
  if (spelled.length > 1) {
    throw invalid(`the policies speak of several clusters: ${spelled.join(', ')}`, 'Say which one: --cluster-arn.');
  }
  for (const [what, values] of [
    ['regions', patterns.map(([, where]) => where)],
    ['accounts', patterns.map(([, , account]) => account)],
  ] as const) {
    const named = [...new Set(values.filter((value) => value !== '' && !open.test(value)))];
    if (named.length > 1)
      throw invalid(`the policies speak of several ${what}: ${named.join(', ')}`, 'Say which cluster: --cluster-arn.');
  }
  const [partition = '', where = '', account = '', name = '', id = ''] = patterns[0] ?? [];
  // What a policy leaves open is anything: take what is made up.
  const fill = (text: string, otherwise: string): string => (text === '' || open.test(text) ? otherwise : text);
  return (
    spelled[0] ??
    clusterArnOf([
      fill(partition, 'aws'),
      fill(where, region),
      fill(account, madeUp.account),
      fill(name, madeUp.name),
      fill(id, madeUp.id),
    ])
  );
}

const open = /[*?]/;

/** Partition, region, account, name and id of the cluster that an ARN belongs to. */
type ClusterParts = readonly [string, string, string, string, string];

function clusterPattern(resource: string): ClusterParts[] | undefined {
  const match = /^arn:([^:]+):kafka:([^:]*):([^:]*):[^/]+\/([^/]+)(?:\/([^/]+))?/.exec(resource);
  if (match === null) return undefined;
  const [, partition = '', where = '', account = '', name = '', id = '*'] = match;
  return [[partition, where, account, name, id]];
}

function clusterArnOf([partition, where, account, name, id]: ClusterParts): string {
  return `arn:${partition}:kafka:${where}:${account}:cluster/${name}/${id}`;
}

/** As AWS's temporary ones look, and good for nothing but this gateway. */
function newCredentials(): Pick<GatewayRole, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'> {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const id = Array.from({ length: 16 }, () => letters[randomInt(letters.length)]).join('');
  return {
    accessKeyId: `ASIA${id}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(96).toString('base64'),
  };
}

function invalid(sentence: string, hint?: string): pubsub_error {
  return new pubsub_error('argument_invalid', 'rehearsal', sentence, hint === undefined ? {} : { hint });
}
