import type { Deadline } from '../src/base/deadline.js';
import { callAws } from './call.js';
import { orAbsent } from './error.js';
import { NotAwsAnswer } from './not-aws-answer.js';
import { loadSdk } from './load-sdk.js';
import type { AwsSession } from './session.js';

/** A CloudFormation stack, as far as this project needs it. */
export interface StackDescription {
  /** Its ARN, which contains region and account. */
  readonly id: string;
  /** As CloudFormation writes it: CREATE_COMPLETE, UPDATE_IN_PROGRESS… */
  readonly status: string;
  readonly reason: string | undefined;
  readonly outputs: Readonly<Record<string, string>>;
}

/** @returns undefined if the stack does not exist */
export async function describeStack(
  session: AwsSession,
  name: string,
  within: Deadline,
): Promise<StackDescription | undefined> {
  const { CloudFormationClient, DescribeStacksCommand } = await loadSdk(
    '@aws-sdk/client-cloudformation',
    () => import('@aws-sdk/client-cloudformation'),
  );
  const client = new CloudFormationClient(session);
  const call = { action: 'cloudformation:DescribeStacks', region: session.region };
  const describing = callAws(call, within, async (options) => {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }), options);
    const [stack] = Stacks ?? [];
    // CloudFormation answers with an error if the stack does not exist.
    if (stack?.StackStatus === undefined) throw new NotAwsAnswer('the answer has neither a stack nor an error');
    return {
      id: stack.StackId ?? name,
      status: stack.StackStatus,
      reason: stack.StackStatusReason,
      outputs: Object.fromEntries(
        (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
      ),
    };
  });
  return orAbsent(describing).finally(() => client.destroy());
}
