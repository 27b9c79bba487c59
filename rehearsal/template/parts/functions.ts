import type { Problems } from '../../problem.js';
import type { FunctionModel } from '../model.js';
import { functionArn, functionName } from '../resolve/kinds.js';
import type { Resource } from '../resolve/resources.js';
import type { Resolving } from '../resolve/resolving.js';
import { readCode } from './code.js';
import { numberWithin } from './function-limits.js';
import { networkOf } from './function-network.js';
import { remarkFunction } from './function-remarks.js';
import { readLayers } from './layers.js';
import { readRuntime } from './runtime.js';
import { subnetRanges } from './subnet-ranges.js';
import { readVariables } from './variables.js';

/**
 * Everything that is needed to run a function. Defaults are Lambda's, from its documentation.
 *
 * @param role logical id
 * @param problems gets everything that is missing or cannot be run
 * @returns undefined if something was refused
 */
export function readFunction(
  resource: Resource,
  role: string,
  resolving: Resolving,
  problems: Problems,
): FunctionModel | undefined {
  const { logicalId, properties, options } = resource;
  const lenient = properties.lenient;
  const network = problems.try(() => networkOf(resource, resolving)) ?? { onInstances: false, properties };
  // Whether it is in a VPC decides whether it reaches the brokers.
  const vpc = network.properties?.lenient.get('VpcConfig');
  const read = problems.all({
    name: () => functionName(resource),
    arn: () => functionArn(resource),
    code: () => readCode(resource),
    handler: () => properties.get('Handler').text(),
    runtime: () => readRuntime(resource, resolving.remarks),
    timeoutSeconds: () => numberWithin(lenient.get('Timeout'), 3, 1, 900),
    memoryMb: () => numberWithin(lenient.get('MemorySize'), 128, 128, network.onInstances ? 32_768 : 10_240),
    environment: () => readVariables(resource, resolving.remarks),
    logGroup: () => {
      const name = lenient.get('LoggingConfig').get('LogGroup');
      return name.present ? name.text() : `/aws/lambda/${functionName(resource)}`;
    },
    loggingFormat: () =>
      lenient.get('LoggingConfig').get('LogFormat').textOr('Text') === 'JSON' ? ('JSON' as const) : ('Text' as const),
    layers: () => readLayers(resource, resolving),
    subnets: () => vpc?.chosen().get('SubnetIds').texts() ?? [],
    securityGroups: () => vpc?.chosen().get('SecurityGroupIds').ids() ?? [],
  });
  remarkFunction(resource, resolving);
  const { code, handler, layers = [] } = read;
  if (code !== undefined && handler !== undefined) {
    const codePath = properties.get('Code').path;
    const handlerPath = properties.get('Handler').path;
    const isSam = resolving.document.transformed === true;
    const said = problems.try(() => options.inspectCode?.({ code, codePath, handler, handlerPath, layers, isSam }));
    for (const sentence of said ?? []) resolving.remarks.notModelled(codePath, sentence);
  }
  const inVpc = network.properties;
  const addresses =
    inVpc === undefined ? undefined : subnetRanges(() => inVpc.get('VpcConfig').get('SubnetIds'), resolving);
  const elsewhere = inVpc === undefined ? { isNetworkElsewhere: true } : {};
  const ipv6 = properties.lenient.get('VpcConfig').get('Ipv6AllowedForDualStack');
  const isIpv4Only = !network.onInstances && (!ipv6.present || ipv6.known()?.toLowerCase() === 'false');
  return isWhole(read) ? { logicalId, role, ...read, addresses, isIpv4Only, ...elsewhere } : undefined;
}

/** Whether no part was refused. */
function isWhole<T extends object>(parts: Partial<T>): parts is T {
  return Object.values(parts).every((part) => part !== undefined);
}
