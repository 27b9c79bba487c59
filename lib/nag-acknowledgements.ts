import { Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** The findings of cdk-nag about the stack, and why each is accepted. A new finding ends synth with an error. */
export function acknowledgeNetwork(vpc: Construct): void {
  acknowledge(
    vpc,
    'AwsSolutions-VPC7',
    'No flow log: nothing goes in or out of this network but one port between two groups of ours, and it is thrown away.',
  );
}

export function acknowledgeGivenSubnets(vpc: Construct): void {
  acknowledge(
    vpc,
    'Annotation::@aws-cdk/aws-ec2:noSubnetRouteTableId',
    'Nothing here routes; the subnets are given by id.',
  );
}

export function acknowledgeInterfaces(role: Construct): void {
  acknowledge(
    role,
    'AwsSolutions-IAM5[Resource::*]',
    "Lambda makes a function's network interfaces in the role's name, and these actions know no resource before they exist; AWS's managed policy has the same.",
  );
}

export function acknowledgeBootstrapCall(role: Construct): void {
  acknowledge(
    role,
    'AwsSolutions-IAM5[Resource::*]',
    'GetBootstrapBrokers is one read-only action; the authorization reference lists no resource for it, and naming the cluster would make the policy seconds before its use.',
  );
}

/** @param arn the ARN of the groups, which ends in `<stack>-<function>-*` */
export function acknowledgeRunGroups(role: Construct, arn: string): void {
  acknowledge(
    role,
    `AwsSolutions-IAM5[Resource::${asNagWritesIt(Stack.of(role), arn)}]`,
    'Each run has a consumer group of its own, whose name ends in the id of the run; the prefix belongs to this function alone.',
  );
}

function acknowledge(scope: Construct, id: string, reason: string): void {
  Validations.of(scope).acknowledge({ id, reason });
}

/** Texts unchanged, and values that only CloudFormation knows as JSON. */
function asNagWritesIt(stack: Stack, value: string): string {
  const resolved = stack.resolve(value) as string | { 'Fn::Join': [string, unknown[]] };
  if (typeof resolved === 'string') return resolved;
  const [separator, parts] = resolved['Fn::Join'];
  return parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(separator);
}
