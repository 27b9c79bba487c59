import { refusal } from '../../refusal.js';
import { readCode } from './code.js';
import { functionArn, functionName } from '../resolve/kinds.js';
import type { FunctionModel } from '../model.js';
import type { Resource } from '../resolve/resources.js';
import type { TemplateRole } from './roles.js';

/** The role of a function, when it is one of the template's. */
export function roleOf({ properties }: Resource, roles: readonly TemplateRole[]): TemplateRole {
  const section = properties.get('Role');
  const given = section.text();
  const found = roles.find(({ arn, name }) => arn === given || name === given);
  if (found !== undefined) return found;
  throw refusal(section.path, `${given} is not a role of the template: what it may do is unknown`);
}

/** Everything that running a function takes. Defaults are Lambda's own, as its documentation gives them. */
export function readFunction(resource: Resource, role: TemplateRole): FunctionModel {
  const { logicalId, properties, path } = resource;
  const name = functionName(resource);
  const layers = properties.get('Layers').items();
  if (layers.length > 0)
    throw refusal(`${path}.Properties.Layers`, 'has layers, whose code is not beside the template');
  const logging = properties.get('LoggingConfig');
  const vpc = properties.get('VpcConfig');
  return {
    logicalId,
    name,
    arn: functionArn(resource),
    code: readCode(resource),
    handler: properties.get('Handler').text(),
    runtime: properties.get('Runtime').text(),
    architecture: properties.get('Architectures').texts()[0] ?? 'x86_64',
    timeoutSeconds: properties.get('Timeout').optionalNumber() ?? 3,
    memoryMb: properties.get('MemorySize').optionalNumber() ?? 128,
    environment: Object.fromEntries(
      properties
        .get('Environment')
        .get('Variables')
        .entries()
        .map(([key, value]) => [key, value.text()]),
    ),
    role: role.logicalId,
    logGroup: logging.get('LogGroup').optionalText() ?? `/aws/lambda/${name}`,
    loggingFormat: logging.get('LogFormat').optionalText() === 'JSON' ? 'JSON' : 'Text',
    subnets: vpc.get('SubnetIds').texts(),
    securityGroups: vpc.get('SecurityGroupIds').texts(),
  };
}
