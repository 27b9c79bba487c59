import { fail, pass, warn, type Check } from '../../checks/check.js';

/**
 * What the assembly asks for (`requiresBootstrapStackVersion` in its manifest). test/sanity/preflight holds it to what
 * this app really synthesizes.
 */
export const neededBootstrapVersion = 6;

/** The CDK brings its files over by a bucket and roles that are made once. */
export const bootstrap: Check = {
  head: { id: 'bootstrap', title: 'account and region are bootstrapped' },
  async look({ account, accountId, region }) {
    const version = await account.bootstrapVersion();
    const command = `npx cdk bootstrap aws://${accountId}/${region}`;
    if (version === undefined) return fail('aws_refused', `there is no bootstrap stack in ${region}`, command);
    if (version >= neededBootstrapVersion) {
      return pass(`version ${version}; at least ${neededBootstrapVersion} is needed`);
    }
    return fail('aws_refused', `its version is ${version}, and ${neededBootstrapVersion} is needed`, command);
  },
};

/**
 * After CREATE_FAILED and UPDATE_FAILED a deploy goes on, because cdk.json says `"rollback": false`; the CLI itself
 * deletes a stack that was rolled back. The other states take no deploy (AWS: "Stack status codes").
 */
const stuck: Readonly<Record<string, string>> = {
  DELETE_FAILED: 'npx cdk destroy first; docs/destroy.md has what to do when that fails.',
  UPDATE_ROLLBACK_FAILED: 'npx cdk rollback first.',
};
const busy = /^(?!REVIEW).*_IN_PROGRESS$/;

export const stackFree: Check = {
  head: { id: 'stack', title: 'the stack can be made or updated' },
  async look({ account, options: { stackName } }) {
    const status = await account.stackStatus(stackName);
    if (status === undefined) return pass(`there is no ${stackName} yet`);
    if (busy.test(status)) return fail('aws_refused', `${stackName} is ${status}`, 'Wait until that is over.');
    const hint = stuck[status];
    if (hint !== undefined) return fail('aws_refused', `${stackName} is ${status}`, hint);
    return pass(`${stackName} is ${status}: the deploy goes on from there`);
  },
};

/** All three work at once, and `sanity --stack` or the schedule may be the fourth. */
const executionsNeeded = 4;

export const concurrency: Check = {
  head: { id: 'concurrency', title: 'functions may run side by side' },
  async look({ account }) {
    const left = await account.unreservedConcurrency();
    if (left < executionsNeeded) {
      return fail(
        'aws_refused',
        `only ${left} executions at once are left in this account and region; ${executionsNeeded} are needed`,
        'Ask for a higher "Concurrent executions" quota of Lambda, or take reserved concurrency from another function.',
      );
    }
    if (left < 2 * executionsNeeded) {
      return warn(
        'aws_refused',
        `${left} executions at once are left for all functions of this account and region`,
        'It is enough while nothing else runs; throttled invocations are waited for.',
      );
    }
    return pass(`${left} executions at once are left`);
  },
};
