import type { CfnTemplate } from './synthesize.js';

/** One `action on resource` of a role's inline policies. */
export interface Right {
  role: string;
  action: string;
  resource: string;
}

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
}

/** Every right of every role of a template; resources with what only CloudFormation knows in braces. */
export function rightsOf(template: CfnTemplate): Right[] {
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === 'AWS::IAM::Role' || Type === 'AWS::IAM::Policy')
    .flatMap(([role, { Type, Properties }]) => {
      // The policies of a role are in the role, or resources of their own.
      const policies = (Type === 'AWS::IAM::Role' ? (Properties['Policies'] ?? []) : [Properties]) as {
        PolicyDocument: { Statement: Statement[] };
      }[];
      return policies.flatMap(({ PolicyDocument }) =>
        PolicyDocument.Statement.flatMap(({ Effect, Action, Resource }) => {
          if (Effect !== 'Allow') throw new Error(`${role} has a statement that is no Allow`);
          return [Action]
            .flat()
            .flatMap((action) => [Resource].flat().map((resource) => ({ role, action, resource: textOf(resource) })));
        }),
      );
    });
}

/** `Fn::Join`, `Fn::Select` of a split and `Fn::GetAtt` as one string: "{Cluster.Arn:before}:group/…". */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const [kind, of] = Object.entries(value as Record<string, unknown>)[0] ?? [];
  if (kind === 'Fn::Join') {
    const [separator, parts] = of as [string, unknown[]];
    return parts.map(textOf).join(separator);
  }
  if (kind === 'Ref') return `{${String(of)}}`;
  if (kind === 'Fn::GetAtt') return `{${(of as string[]).join('.')}}`;
  if (kind === 'Fn::Select') {
    const [index, { 'Fn::Split': split }] = of as [number | string, { 'Fn::Split': [string, unknown] }];
    return `${textOf(split[1])}[${String(index)}]`;
  }
  return JSON.stringify(value);
}
