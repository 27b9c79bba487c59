import { intrinsicName } from '../resolve/intrinsics.js';

/** A property of this reader, with the `Policies` of a SAM function, on the role that SAM creates for it. */
export const SAM_POLICIES_KEY = 'SamPolicies';

type Properties = Readonly<Record<string, unknown>>;

/**
 * The role that SAM creates for a function without one: with what each function needs, with its `Policies`, and with
 * its `Tags`.
 *
 * @param own properties of the function, with those of Globals
 */
export function samRole(own: Properties): Properties {
  const { RolePath: path, PermissionsBoundary: boundary, Policies: policies, VpcConfig: vpc, Tags: tags } = own;
  const execution = ['AWSLambdaBasicExecutionRole', ...(vpc === undefined ? [] : ['AWSLambdaVPCAccessExecutionRole'])];
  return {
    ...(path === undefined ? {} : { Path: path }),
    ...(boundary === undefined ? {} : { PermissionsBoundary: boundary }),
    ...(tags === undefined ? {} : { Tags: tags }),
    ManagedPolicyArns: execution.map((name) => ({
      'Fn::Sub': `arn:\${AWS::Partition}:iam::aws:policy/service-role/${name}`,
    })),
    ...(policies === undefined ? {} : { [SAM_POLICIES_KEY]: policies }),
  };
}

/**
 * The role of a function, with the one that SAM makes where the function has none: that may be in a branch of `Fn::If`.
 */
export function roleOf(role: unknown, made: unknown): { readonly value: unknown; readonly isMade: boolean } {
  const name = intrinsicName(role);
  const argument = name === undefined ? undefined : (role as Properties)[name];
  if (role === undefined || (name === 'Ref' && argument === 'AWS::NoValue')) return { value: made, isMade: true };
  if (name !== 'Fn::If' || !Array.isArray(argument)) return { value: role, isMade: false };
  const [condition, ...branches] = argument as unknown[];
  const roles = branches.map((branch) => roleOf(branch, made));
  return {
    value: { 'Fn::If': [condition, ...roles.map(({ value }) => value)] },
    isMade: roles.some((one) => one.isMade),
  };
}
