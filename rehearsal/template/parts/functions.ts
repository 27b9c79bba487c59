import type { Problems } from '../../problem.js';
import type { FunctionModel } from '../model.js';
import { functionArn, functionName } from '../resolve/kinds.js';
import type { Resource } from '../resolve/resources.js';
import type { Resolving } from '../resolve/resolving.js';
import { readCode } from './code.js';
import { readLayers } from './layers.js';
import { readVariables } from './variables.js';

/**
 * Everything that running a function takes. Defaults are Lambda's own, as its documentation gives them.
 *
 * @param role logical id
 * @param problems gets everything that is missing or cannot be run
 * @returns undefined when something was refused
 */
export function readFunction(
  resource: Resource,
  role: string,
  resolving: Resolving,
  problems: Problems,
): FunctionModel | undefined {
  const { logicalId, properties, path, options } = resource;
  const told = properties.lenient;
  const name = functionName(resource);
  const code = problems.try(() => readCode(resource));
  const handlerSection = problems.try(() => properties.get('Handler'));
  const handler = problems.try(() => handlerSection?.text());
  const runtime = problems.try(() => properties.get('Runtime').text());
  const layers = problems.try(() => readLayers(resource, resolving));
  if (code !== undefined && handler !== undefined) {
    const codePath = properties.get('Code').path;
    const handlerPath = handlerSection?.path ?? path;
    const isSam = resolving.document.transformed === true;
    const said = problems.try(() =>
      options.inspectCode?.({ code, codePath, handler, handlerPath, layers: layers ?? [], isSam }),
    );
    for (const sentence of said ?? []) resolving.remarks.notModelled(codePath, sentence);
  }
  const environment = problems.try(() => readVariables(resource));
  const vpc = told.get('VpcConfig');
  const groups = problems.try(() => vpc.get('SecurityGroupIds').ids());
  const subnets = problems.try(() => vpc.get('SubnetIds').texts());
  if (code === undefined || handler === undefined || runtime === undefined || environment === undefined)
    return undefined;
  if (groups === undefined || subnets === undefined || layers === undefined) return undefined;
  const logging = told.get('LoggingConfig');
  const logGroup = logging.get('LogGroup');
  return {
    logicalId,
    name,
    arn: functionArn(resource),
    code,
    handler,
    runtime,
    timeoutSeconds: told.get('Timeout').numberOr(3),
    memoryMb: told.get('MemorySize').numberOr(128),
    environment,
    role,
    logGroup: logGroup.present ? logGroup.text() : `/aws/lambda/${name}`,
    loggingFormat: logging.get('LogFormat').textOr('Text') === 'JSON' ? 'JSON' : 'Text',
    layers,
    subnets,
    securityGroups: groups,
  };
}
