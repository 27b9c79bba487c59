export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/** CloudFormation prefixes every generated name with that of the stack. */
export const STACK = 'SanityStack';

/** The default qualifier of `cdk bootstrap` in its names. */
export const QUALIFIER = 'hnb659fds';

export function allow(
  sid: string,
  action: readonly string[],
  resource: readonly string[],
  condition?: Statement['Condition'],
): Statement {
  return {
    Sid: sid,
    Effect: 'Allow',
    Action: action,
    Resource: resource,
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}
