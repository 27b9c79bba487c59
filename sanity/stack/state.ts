import type { AwsErrorFacts, StackDescription } from '../../aws/port.js';
import type { Failure } from '../failure.js';

const deploy = 'npx cdk deploy';

/**
 * What a stack's status means for a run: undefined, it stands; or why it does not. Pure. A stack whose last update failed
 * or was taken back stands too, as it was before; the outputs show whether it has functions.
 */
export function stackProblem({ status, reason }: Pick<StackDescription, 'status' | 'reason'>): Failure | undefined {
  const why = reason === undefined ? '' : `: ${reason}`;
  if (/^(CREATE|UPDATE|IMPORT|UPDATE_ROLLBACK|IMPORT_ROLLBACK)_COMPLETE$|^UPDATE_(ROLLBACK_)?FAILED$/.test(status)) {
    return undefined;
  }
  // What is left to do is to delete what the update has replaced.
  if (/_COMPLETE_CLEANUP_IN_PROGRESS$/.test(status)) return undefined;
  const evidence = `the stack is in ${status}${why}`;
  if (/^DELETE_/.test(status)) {
    return {
      code: 'stack_deleted',
      evidence,
      hint:
        status === 'DELETE_FAILED'
          ? 'Run npx cdk destroy again; network interfaces of functions take some 20 minutes to go. Then deploy anew.'
          : `Wait until it is gone, then deploy anew: ${deploy}.`,
    };
  }
  if (/^CREATE_FAILED$|^(IMPORT_)?ROLLBACK_(IN_PROGRESS|COMPLETE|FAILED)$/.test(status)) {
    return {
      code: 'stack_failed',
      evidence,
      hint:
        status === 'CREATE_FAILED'
          ? `Its events name the resource that failed; mend that and run ${deploy} again: it goes on with what stands.`
          : `It was taken back and cannot be deployed again: npx cdk destroy, then ${deploy}.`,
    };
  }
  return {
    code: 'stack_busy',
    evidence,
    hint:
      status === 'CREATE_IN_PROGRESS'
        ? 'A new cluster takes 15 to 70 minutes: run this again once the deploy is through.'
        : 'Functions may be replaced at this moment: run this again once it is through.',
  };
}

/** CloudFormation's answer for a stack that is not there: a validation error, told by its words alone. */
export function isAbsent({ name, message }: AwsErrorFacts): boolean {
  return name === 'ValidationError' && /does not exist/.test(message);
}

export function absent(stackName: string, region: string): Failure {
  return {
    code: 'stack_absent',
    evidence: `there is no stack ${stackName} in ${region}`,
    hint: `Is it in another region or account (--region, --profile), or not deployed yet (${deploy})? aws cloudformation describe-stacks --query 'Stacks[].StackName' lists what there is.`,
  };
}
