/** A property of ours: what `Policies` of a SAM function says, on the role that SAM makes for it. */
export const SAM_POLICIES_KEY = 'SamPolicies';

type Properties = Readonly<Record<string, unknown>>;

/**
 * The role that SAM makes for a function that names none: what each function needs, and what its `Policies` say.
 *
 * @param own properties of the function, with what Globals add
 */
export function samRole(own: Properties): Properties {
  const { RolePath: path, PermissionsBoundary: boundary, Policies: policies, VpcConfig: vpc } = own;
  const execution = ['AWSLambdaBasicExecutionRole', ...(vpc === undefined ? [] : ['AWSLambdaVPCAccessExecutionRole'])];
  return {
    ...(path === undefined ? {} : { Path: path }),
    ...(boundary === undefined ? {} : { PermissionsBoundary: boundary }),
    ManagedPolicyArns: execution.map((name) => ({
      'Fn::Sub': `arn:\${AWS::Partition}:iam::aws:policy/service-role/${name}`,
    })),
    ...(policies === undefined ? {} : { [SAM_POLICIES_KEY]: policies }),
  };
}
