/** A function that is read without its code, with this role of the template, and these properties. */
export function functionResource(role: string, properties: object = {}): object {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Role: { 'Fn::GetAtt': [role, 'Arn'] },
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: { ZipFile: '' },
      ...properties,
    },
  };
}
