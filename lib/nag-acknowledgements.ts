import { Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** The findings of cdk-nag about the stack, and why each is accepted. A new finding ends synth with an error. */
export function acknowledgeNetwork(vpc: Construct): void {
  acknowledge(
    vpc,
    'AwsSolutions-VPC7',
    'No flow log: the only traffic of this network is one port between two security groups of the stack, and the network is deleted with the stack.',
  );
}

export function acknowledgeGivenSubnets(vpc: Construct): void {
  acknowledge(
    vpc,
    'Annotation::@aws-cdk/aws-ec2:noSubnetRouteTableId',
    'The stack creates no routes; the subnets are given by id.',
  );
}

export function acknowledgeInterfaces(role: Construct): void {
  acknowledge(
    role,
    'AwsSolutions-IAM5[Resource::*]',
    "Lambda creates a function's network interfaces with the role's rights, and these actions have no resource before the interfaces exist; AWS's managed policy has the same.",
  );
}

export function acknowledgeBootstrapCall(role: Construct): void {
  acknowledge(
    role,
    'AwsSolutions-IAM5[Resource::*]',
    'GetBootstrapBrokers is one read-only action; the authorization reference lists no resource for it, and if it named the cluster, the policy would be created only seconds before its use.',
  );
}

/** @param arn the ARN of the groups, which ends in `<stack>-<function>-*` */
export function acknowledgeRunGroups(role: Construct, arn: string): void {
  acknowledge(
    role,
    `AwsSolutions-IAM5[Resource::${asNagWritesIt(Stack.of(role), arn)}]`,
    'Each run has its own consumer group, whose name ends in the id of the run; only this function uses the prefix.',
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
