import type { StackOptions } from '../../lib/context.js';
import { pubsub_error } from '../../src/base/error.js';
import { CheckList } from '../checks/results.js';
import type { check } from '../report/schema.js';
import type { Account } from '../../aws/account.js';
import type { Check, Finding, Question } from '../checks/check.js';
import { credentialsLast } from './checks/credentials.js';
import { bootstrap, concurrency, stackFree } from './checks/deploying.js';
import { brokers, cluster, surroundings } from './checks/existing-cluster.js';
import { instanceType, kafkaVersion, zones } from './checks/own-cluster.js';

/** Everything that is looked at once it is known who asks. */
export const preflightChecks: readonly Check[] = [
  credentialsLast,
  bootstrap,
  stackFree,
  zones,
  instanceType,
  kafkaVersion,
  cluster,
  brokers,
  surroundings,
  concurrency,
];

const who = { id: 'credentials', title: 'credentials' };

export interface PreflightResult {
  readonly verdict: 'ready' | 'not_ready' | 'no_verdict';
  readonly exit_code: 0 | 1 | 2;
  readonly checks: readonly check[];
}

export interface PreflightProps {
  readonly options: StackOptions;
  readonly account: Account;
  readonly region: string;
  /** @default the time of this call */
  readonly now?: Date;
}

/**
 * What would fail after an hour's deploy, found out in seconds and by reads alone. What may not be looked at is skipped,
 * with the permission's name: a role that cannot look may well be able to deploy.
 */
export async function preflight(props: PreflightProps): Promise<PreflightResult> {
  const list = new CheckList();
  const { options, account, region } = props;
  const concerned = preflightChecks.filter(({ concerns }) => concerns?.(options) ?? true);
  const startedAt = performance.now();
  let accountId: string;
  try {
    const identity = await account.identity();
    accountId = identity.account;
    list.pass(who, performance.now() - startedAt, `${identity.arn}, in ${region}`);
  } catch (thrown) {
    const error = pubsub_error.from(thrown, 'aws');
    if (error.code === 'aborted') throw error;
    list.fail(who, performance.now() - startedAt, failureOf(error));
    const failed = list.failed;
    if (failed !== undefined) for (const { head } of concerned) list.blocked(head, failed);
    return { verdict: 'no_verdict', exit_code: 2, checks: list.all };
  }
  const question: Question = { options, account, region, accountId, now: props.now ?? new Date() };
  // All at once, told in their order.
  const looked = await Promise.all(concerned.map((check) => look(check, question)));
  for (const { tell } of looked) tell(list);
  const found = looked.map(({ found }) => found);
  if (found.includes('fail')) return { verdict: 'not_ready', exit_code: 1, checks: list.all };
  if (found.includes('unseen')) return { verdict: 'no_verdict', exit_code: 2, checks: list.all };
  return { verdict: 'ready', exit_code: 0, checks: list.all };
}

interface Looked {
  /** unseen: it could not be looked at, for another reason than a right that is lacking. */
  readonly found: Finding['outcome'] | 'skipped' | 'unseen';
  readonly tell: (list: CheckList) => void;
}

/** Looks, and gives back what is to be said about it. */
async function look({ head, look }: Check, question: Question): Promise<Looked> {
  const startedAt = performance.now();
  const ms = (): number => performance.now() - startedAt;
  try {
    const finding = await look(question);
    const took = ms();
    const tell = (list: CheckList): void => {
      if (finding.outcome === 'pass') list.pass(head, took, finding.evidence);
      else if (finding.outcome === 'warn') list.warn(head, took, finding.evidence, finding.hint);
      else list.fail(head, took, finding);
    };
    return { found: finding.outcome, tell };
  } catch (thrown) {
    const error = pubsub_error.from(thrown, 'aws');
    if (error.code === 'aborted') throw error;
    const took = ms();
    if (error.code === 'not_authorized') {
      return { found: 'skipped', tell: (list) => list.skip(head, `not granted: ${String(error.details['action'])}`) };
    }
    return { found: 'unseen', tell: (list) => list.fail(head, took, failureOf(error)) };
  }
}

function failureOf(error: pubsub_error): { code: string; evidence: string; hint: string } {
  return { code: error.code, evidence: error.raw_message, hint: error.hint ?? '' };
}
