import { endpointSetting } from '../../aws/endpoint.js';
import { awsFailure as awsProblem } from '../../aws/error.js';
import { absentProfileHint } from '../../aws/profile.js';
import type { Failure } from '../failure.js';
import type { AwsError, AwsErrorFacts } from '../../aws/port.js';

type Rule = readonly [names: RegExp, of: (facts: AwsErrorFacts) => Failure];

/** What only Lambda says, by its names; the first match wins. */
const rules: readonly Rule[] = [
  [
    /^RegionMissing$/,
    () => ({
      code: 'config_invalid',
      evidence: 'no region is named',
      hint: 'Name the region that the stack is in: --region eu-west-1, or AWS_REGION.',
    }),
  ],
  [
    /^ServiceException$/,
    ({ message }) => ({
      code: 'aws_refused',
      evidence: `Lambda has an error of its own: ${message} (ServiceException)`,
      hint: 'Whether the function has run is not known. Try again in a minute; if it stays, the AWS Health Dashboard (health.aws.amazon.com) says how Lambda is.',
    }),
  ],
  [/^ProfileAbsent$/, ({ message }) => ({ code: 'credentials_missing', evidence: message, hint: absentProfileHint })],
  [
    /^(ResourceNotFoundException|FunctionNotFound)$/,
    ({ message, region }) => ({
      code: 'function_absent',
      evidence: message,
      hint: `It was deleted by hand, or renamed, in ${region}: deploy the stack again (npx cdk deploy).`,
    }),
  ],
  [
    /^TooManyRequestsException$/,
    ({ message, reason }) => ({
      code: 'function_throttled',
      evidence: `Lambda throttled it for as long as it was waited for: ${message}${reason === undefined ? '' : ` (${reason})`}`,
      hint: reason?.startsWith('ReservedFunction')
        ? 'The function has a reserved concurrency, and it is used up (0 turns a function off): raise it or take it away.'
        : "The account's concurrency in this region is used up: look at ConcurrentExecutions, or ask for a higher limit.",
    }),
  ],
  [
    /^(ResourceConflictException|ResourceNotReadyException|CodeArtifactUserPendingException)$/,
    ({ message, name }) => ({
      code: 'function_not_ready',
      evidence: `the function was not ready for as long as it was waited for: ${message} (${name})`,
      hint: 'Lambda is still making its network interfaces: try again in some minutes, then look at the state of the function.',
    }),
  ],
  [
    /^(ENILimitReached|SubnetIPAddressLimitReached|EC2(AccessDenied|Throttled|Unexpected)|InvalidSubnetID|InvalidSecurityGroupID)Exception$/,
    ({ message, name }) => ({
      code: 'function_network',
      evidence: `Lambda cannot connect the function to its network: ${message} (${name})`,
      hint: "Look at the subnets' free addresses, the security group, and the six ec2: actions of the function's role.",
    }),
  ],
  [
    /^Kms\w*|^KMS\w*/,
    ({ message, name }) => ({
      code: 'function_key',
      evidence: `Lambda cannot read the function's variables: ${message} (${name})`,
      hint: 'The KMS key of the function is disabled, deleted, or not allowed to it.',
    }),
  ],
];

/** Reads an error of AWS for a check: what it is, and what to do. */
export function awsFailure(error: AwsError): Failure {
  const { facts } = error;
  const rule = rules.find(([names]) => names.test(facts.name));
  if (rule !== undefined) return rule[1](facts);
  const { code, raw_message, hint } = awsProblem(error, facts.action);
  return { code, evidence: raw_message, hint: hints[code]?.(facts) ?? hint ?? '' };
}

/** Where more can be said than of any call. */
const hints: Readonly<Record<string, (facts: AwsErrorFacts) => string | undefined>> = {
  not_authorized: ({ message, action }) => {
    const told = /is not authorized to perform: ([\w:*-]+)(?: on resource: (\S+))?/.exec(message);
    const on = told?.[2] === undefined ? '' : ` on ${told[2]}`;
    return `You lack ${told?.[1] ?? action}${on}. docs/aws.md has the policy that this command needs, and no more.`;
  },
  authentication_failed: ({ message }) =>
    /signature (not yet current|expired)/i.test(message)
      ? 'The clock of this machine is wrong by more than five minutes: set it.'
      : undefined,
  host_not_found: ({ region, action }) =>
    endpointSetting(action) === undefined
      ? `Is there a region ${region}, and a way out from here (a proxy)?`
      : undefined,
};

/** Nobody was let in to ask: nothing can be said about the stack. */
export function isCredentialFailure({ code }: Pick<Failure, 'code'>): boolean {
  return ['credentials_missing', 'authentication_failed', 'config_invalid'].includes(code);
}

/** The function was not started: waiting and asking again is no second run. */
export function isRefusedForNow({ facts }: AwsError): boolean {
  return /^(TooManyRequestsException|ResourceConflictException|ResourceNotReadyException|CodeArtifactUserPendingException)$/.test(
    facts.name,
  );
}
