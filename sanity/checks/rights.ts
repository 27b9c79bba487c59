import type { RightsResult } from '../../lambda/runtime/rights.js';
import type { FunctionName } from '../../lambda/functions.js';
import { functionNames } from '../../lambda/functions.js';
import type { RightFinding } from '../../src/kafka/admin/rights.js';
import { answerFailure } from '../failure.js';
import type { MissingRight } from '../report/schema.js';
import type { RunContext } from '../steps/context.js';
import type { Target } from '../targets/target.js';
import { fail, pass, warn } from './check.js';
import { cleanup } from './cleanup.js';
import type { RunCheck, TimedFinding } from './run-check.js';

const TITLE = 'functions have the rights that they need';

/**
 * Made when a run failed on a target with logins: asks each function, with its own network and credentials, which
 * right it lacks. A client's errors only name a topic or a group, and never the action.
 */
export const rights: RunCheck = {
  id: 'rights',
  title: TITLE,
  step: 'end',
  optional: true,
  async judge(run) {
    const { checks, outcome, target } = run;
    if (!target.canBeDenied || outcome.unreachable || checks.failed === undefined) return undefined;
    run.say('the functions to list their rights');
    const startedAt = performance.now();
    const finding = await findMissing(run);
    return { ...finding, ms: performance.now() - startedAt };
  },
};

async function findMissing(run: RunContext): Promise<TimedFinding> {
  const { checks, outcome, plan, target } = run;
  const asked: FunctionRights[] = [];
  const unknown: string[] = [];
  for (const name of functionNames) {
    const answer = await run.invoke(name, plan.rights);
    const role = target.roles?.[name];
    if (answer.ok) asked.push({ name, role, findings: (answer.result as RightsResult).findings });
    else unknown.push(`${name} gave no answer (${answerFailure(answer).evidence})`);
  }
  unknown.push(...asked.flatMap(undetermined));
  const missing = asked.flatMap(missingRights);
  outcome.client_cause = missing;
  const inWords = target.user === undefined ? missingSentence : missingOperation;
  const evidence = [...missing.map(inWords), ...unknown].join('; ');
  if (missing.length > 0) {
    // A broker's answer leaves open which of several rights is missing; that of the cleanup does not.
    checks.advise(
      ({ id, code }) => code === 'not_authorized' && id !== cleanup.id,
      `The check “${TITLE}” names the missing right.`,
    );
    return fail('not_authorized', evidence, grantHint(target));
  }
  if (unknown.length > 0) return warn(evidence, 'Rights may be missing: look at the logs of these functions.');
  return pass(`the brokers grant each right that ${asked.map(({ name }) => name).join(', ')} need`);
}

/** What a function found out about its rights. */
export interface FunctionRights {
  readonly name: FunctionName;
  readonly role: string | undefined;
  readonly findings: readonly RightFinding[];
}

/** The denied ones, by IAM's names. Pure. */
export function missingRights({ name, role, findings }: FunctionRights): MissingRight[] {
  return findings
    .filter(({ answer }) => answer === 'denied')
    .map(({ right, on }) => ({
      function: name,
      role: role ?? null,
      action: `kafka-cluster:${right}`,
      resource: { type: typeOf(right), name: on },
    }));
}

/**
 * The rights about which the brokers gave no answer, with the reasons: at most one sentence. Without a login no right
 * can be asked for, and only the login is missing. Pure.
 */
export function undetermined({ name, findings }: FunctionRights): string[] {
  if (findings.some(({ right, answer }) => right === 'Connect' && answer === 'denied')) return [];
  const open = findings.filter(({ answer }) => answer === 'unknown');
  if (open.length === 0) return [];
  const rights = open.map(({ right, on }) => `kafka-cluster:${right}${on === '' ? '' : ` on ${on}`}`);
  const reasons = [...new Set(open.map(({ evidence }) => evidence))];
  return [`${name} could not ask for ${rights.join(', ')} (${reasons.join('; ')})`];
}

function typeOf(right: RightFinding['right']): MissingRight['resource']['type'] {
  if (right === 'Connect') return 'cluster';
  return right === 'DescribeGroup' || right === 'AlterGroup' || right === 'DeleteGroup' ? 'group' : 'topic';
}

/** "the worker function (role arn:…) lacks kafka-cluster:WriteData on topic reply_to" */
export function missingSentence({ function: name, role, action, resource }: MissingRight): string {
  const who = role === null ? `the ${name} function` : `the ${name} function (role ${role})`;
  const where = resource.type === 'cluster' ? 'the cluster' : `${resource.type} ${resource.name}`;
  return `${who} lacks ${action} on ${where}`;
}

/** Kafka's names for the operations that these rights are, in an ACL. */
const operations: Readonly<Record<string, string>> = {
  Connect: 'the login',
  DescribeTopic: 'Describe',
  ReadData: 'Read',
  WriteData: 'Write',
  DescribeGroup: 'Describe',
  AlterGroup: 'Read',
  DeleteGroup: 'Delete',
};

/** "the worker function lacks the operation Write on topic reply_to" */
function missingOperation({ function: name, action, resource }: MissingRight): string {
  const operation = operations[action.replace('kafka-cluster:', '')] ?? action;
  const where = resource.type === 'cluster' ? 'the cluster' : `${resource.type} ${resource.name}`;
  return `the ${name} function lacks the operation ${operation} on ${where}`;
}

/** Names a policy as the cause only if the policy was read: elsewhere, the brokers' answer is all that is known. */
export function grantHint({ rightsInForce = false, user }: Pick<Target, 'rightsInForce' | 'user'>): string {
  if (user !== undefined) return `Grant it with an ACL for the principal User:${user} (kafka-acls.sh --add).`;
  return rightsInForce
    ? 'Grant it to the role, in the template.'
    : 'The brokers deny this action to this identity: check its policies. A new policy takes effect within about a minute.';
}
