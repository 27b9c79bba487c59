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
