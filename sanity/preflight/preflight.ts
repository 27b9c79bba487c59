import type { Account } from '../../aws/account.js';
import type { StackOptions } from '../../lib/context.js';
import { pubsub_error } from '../../src/base/error.js';
import { failed, pass, type CheckHead, type Finding } from '../checks/check.js';
import { deniedInAws } from '../checks/denied-reads.js';
import { stackChecks } from '../checks/stack.js';
import { CheckResults } from '../checks/results.js';
import { failureOf } from '../failure.js';
import type { Check } from '../report/schema.js';
import type { PreflightCheck, Question } from './check.js';
import { credentialsLast } from './checks/credentials.js';
import { bootstrap, concurrency, stackFree } from './checks/deploying.js';
import { brokers, cluster, network } from './checks/existing-cluster.js';
import { instanceType, kafkaVersion, zones } from './checks/own-cluster.js';

/** Every check that is made once the caller's identity is known. */
export const preflightChecks: readonly PreflightCheck[] = [
  credentialsLast,
  bootstrap,
  stackFree,
  zones,
  instanceType,
  kafkaVersion,
  cluster,
  brokers,
  network,
  concurrency,
];

/** A run against a stack makes the same check. */
export const identityCheck: CheckHead = stackChecks.credentials;

export interface PreflightResult {
  readonly verdict: 'ready' | 'not_ready' | 'no_verdict';
  readonly exit_code: 0 | 1 | 2;
  readonly checks: readonly Check[];
}

export interface PreflightProps {
  readonly options: StackOptions;
  readonly account: Account;
  readonly region: string;
  /** @default the time of this call */
  readonly now?: Date;
}

/**
 * Finds in seconds, with read requests only, what would make a deployment fail after an hour. What the caller may not
 * read is skipped, with the name of the permission: a role that cannot read it may be able to deploy.
 */
export async function preflight(props: PreflightProps): Promise<PreflightResult> {
  const results = new CheckResults();
  const { options, account, region } = props;
  const concerned = preflightChecks.filter(({ concerns }) => concerns?.(options) ?? true);
  const startedAt = performance.now();
  const ms = (): number => performance.now() - startedAt;
  let accountId: string;
  try {
    const identity = await account.identity();
    accountId = identity.account;
    results.add(identityCheck, pass(`${identity.arn}, in ${region}`), ms());
  } catch (thrown) {
    rethrowAborted(thrown);
    results.fail(identityCheck, failureOf(thrown), ms());
    const cause = results.failed;
    if (cause !== undefined) for (const one of concerned) results.blocked(one, cause);
    return { verdict: 'no_verdict', exit_code: 2, checks: results.all };
  }
  const question: Question = { options, account, region, accountId, now: props.now ?? new Date() };
  // Made concurrently, reported in their order.
  const looked = await Promise.all(concerned.map((one) => look(one, question)));
  for (const [index, one] of concerned.entries()) {
    const found = looked[index];
    if (found !== undefined) results.add(one, found.finding, found.ms);
  }
  if (looked.some(({ finding, unknown }) => finding.outcome === 'fail' && !unknown))
    return { verdict: 'not_ready', exit_code: 1, checks: results.all };
  if (looked.some(({ unknown }) => unknown)) return { verdict: 'no_verdict', exit_code: 2, checks: results.all };
  return { verdict: 'ready', exit_code: 0, checks: results.all };
}

interface Looked {
  readonly finding: Finding;
  readonly ms: number;
  /** The call failed, for a reason other than a missing right: it says nothing about a deployment. */
  readonly unknown: boolean;
}

async function look({ look }: PreflightCheck, question: Question): Promise<Looked> {
  const startedAt = performance.now();
  const ms = (): number => performance.now() - startedAt;
  try {
    return { finding: await look(question), ms: ms(), unknown: false };
  } catch (thrown) {
    rethrowAborted(thrown);
    const error = pubsub_error.from(thrown, 'aws');
    if (error.code === 'not_authorized') {
      return { finding: deniedInAws(error), ms: 0, unknown: false };
    }
    return { finding: failed(failureOf(error)), ms: ms(), unknown: true };
  }
}

function rethrowAborted(thrown: unknown): void {
  if (pubsub_error.is(thrown) && thrown.code === 'aborted') throw thrown;
}
