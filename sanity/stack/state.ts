import type { StackDescription } from '../../aws/describe-stack.js';
import type { Failure } from '../failure.js';

const DEPLOY = 'npx cdk deploy';

/**
 * Why a stack in this state cannot be used; undefined: it can. Pure. A stack whose last update failed or was rolled back
 * is still as it was before; its outputs show whether it has functions.
 */
export function stackProblem({ status, reason }: Pick<StackDescription, 'status' | 'reason'>): Failure | undefined {
  const why = reason === undefined ? '' : `: ${reason}`;
  if (/^(CREATE|UPDATE|IMPORT|UPDATE_ROLLBACK|IMPORT_ROLLBACK)_COMPLETE$|^UPDATE_(ROLLBACK_)?FAILED$/.test(status)) {
    return undefined;
  }
  // The update or its rollback is complete; only replaced resources are still being deleted.
  if (/_COMPLETE_CLEANUP_IN_PROGRESS$/.test(status)) return undefined;
  const evidence = `the stack is in ${status}${why}`;
  if (/^DELETE_/.test(status)) {
    return {
      code: 'stack_deleted',
      evidence,
      hint:
        status === 'DELETE_FAILED'
          ? `Run npx cdk destroy again; the network interfaces of functions take about 20 minutes to be deleted. Then redeploy: ${DEPLOY}.`
          : `Wait until it is deleted, then redeploy: ${DEPLOY}.`,
    };
  }
  if (/^CREATE_FAILED$|^(IMPORT_)?ROLLBACK_(IN_PROGRESS|COMPLETE|FAILED)$/.test(status)) {
    return {
      code: 'stack_failed',
      evidence,
      hint:
        status === 'CREATE_FAILED'
          ? `Its events name the resource that failed: correct it and run ${DEPLOY} again, which continues with the resources that exist.`
          : `It was rolled back and cannot be updated: npx cdk destroy, then ${DEPLOY}.`,
    };
  }
  return {
    code: 'stack_busy',
    evidence,
    hint:
      status === 'CREATE_IN_PROGRESS'
        ? 'A new cluster takes 15 to 70 minutes: run this again when the deployment is complete.'
        : 'Functions may be replaced at this moment: run this again when the update is complete.',
  };
}
