import { listGrants, type Grant } from '../../../../rehearsal/policy/index.js';
import { readTemplate, type ReadOptions } from '../../../../rehearsal/template/index.js';

export const options: ReadOptions = {
  stackName: 'SanityStack',
  region: 'eu-west-1',
  account: '111122223333',
  bootstrapBrokers: 'localhost:1',
  assembly: { folder: '/nowhere', assets: {} },
};

/** Reads only the rights: the code of these templates does not exist. */
export function grantsOf(template: unknown, changed: Partial<ReadOptions> = {}): Grant[] {
  const inline = structuredClone(template) as {
    Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
  };
  for (const { Type, Properties } of Object.values(inline.Resources)) {
    if (Type === 'AWS::Lambda::Function') Properties['Code'] = { ZipFile: '' };
  }
  return listGrants(readTemplate(inline, { ...options, ...changed }));
}
