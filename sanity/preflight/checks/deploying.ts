import { fail, pass, warn } from '../../checks/check.js';
import type { PreflightCheck } from '../check.js';

/**
 * The version that the assembly requires (`requiresBootstrapStackVersion` in its manifest). test/sanity/preflight
 * compares it with what this app synthesizes.
 */
export const NEEDED_BOOTSTRAP_VERSION = 6;

/** The CDK uploads its files with a bucket and roles that are created once. */
export const bootstrap: PreflightCheck = {
  id: 'bootstrap',
  title: 'the CDK’s bootstrap stack exists in this account and region',
  async look({ account, accountId, region }) {
    const version = await account.bootstrapVersion();
    const command = `npx cdk bootstrap aws://${accountId}/${region}`;
    if (version === undefined) return fail('aws_refused', `there is no bootstrap stack in ${region}`, command);
    if (version >= NEEDED_BOOTSTRAP_VERSION) {
      return pass(`version ${version}; ${NEEDED_BOOTSTRAP_VERSION} or higher is needed`);
    }
    return fail('aws_refused', `its version is ${version}, and ${NEEDED_BOOTSTRAP_VERSION} is needed`, command);
  },
};

/**
 * After CREATE_FAILED and UPDATE_FAILED a deployment continues, because cdk.json says `"rollback": false`; the CLI itself
 * deletes a stack that was rolled back. The other states cannot be deployed to (AWS: "Stack status codes").
 */
const stuck: Readonly<Record<string, string>> = {
  DELETE_FAILED: 'Run npx cdk destroy first; docs/destroy.md says what to do when that fails.',
  UPDATE_ROLLBACK_FAILED: 'Run npx cdk rollback first.',
};
const busy = /^(?!REVIEW).*_IN_PROGRESS$/;

export const stackFree: PreflightCheck = {
  id: 'stack_status',
  title: 'the stack’s status allows a deployment',
  async look({ account, options: { stackName } }) {
    const status = await account.stackStatus(stackName);
    if (status === undefined) return pass(`there is no ${stackName} yet`);
    if (busy.test(status)) return fail('aws_refused', `${stackName} is ${status}`, 'Wait until that is complete.');
    const hint = stuck[status];
    if (hint !== undefined) return fail('aws_refused', `${stackName} is ${status}`, hint);
    return pass(`${stackName} is ${status}: a deployment continues from there`);
  },
};

/** All three functions work at the same time, and the function of scheduled runs may be the fourth. */
const EXECUTIONS_NEEDED = 4;

export const concurrency: PreflightCheck = {
  id: 'concurrency',
  title: 'enough Lambda concurrency is unreserved',
  async look({ account }) {
    const left = await account.unreservedConcurrency();
    if (left < EXECUTIONS_NEEDED) {
      return fail(
        'aws_refused',
        `${left} concurrent executions are available in this account and region; ${EXECUTIONS_NEEDED} are needed`,
        'Request a higher "Concurrent executions" quota of Lambda, or reduce the reserved concurrency of another function.',
      );
    }
    if (left < 2 * EXECUTIONS_NEEDED) {
      return warn(
        `${left} concurrent executions are available for all functions of this account and region`,
        'That is enough only if no other functions run at the same time; throttled invocations are retried.',
      );
    }
    return pass(`${left} concurrent executions are available`);
  },
};
