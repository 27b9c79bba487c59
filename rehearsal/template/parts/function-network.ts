import { declaredOf, type Resource } from '../resolve/resources.js';
import type { Resolving } from '../resolve/resolving.js';
import type { Section } from '../resolve/section.js';

/** Where a function runs: its own settings, those of a capacity provider, or those of one that is not in the template. */
export interface FunctionNetwork {
  /** Whether it runs on instances of a capacity provider (Lambda Managed Instances). */
  readonly onInstances: boolean;
  /** The properties with a `VpcConfig`. Undefined if it is not in the template. */
  readonly properties: Section | undefined;
}

/** A function on instances is in the VPC of its capacity provider, and its own `VpcConfig` has no effect. */
export function networkOf({ properties }: Resource, resolving: Resolving): FunctionNetwork {
  const config = properties.lenient.get('CapacityProviderConfig').chosen();
  if (!config.present) return { onInstances: false, properties };
  const plain = config.get('LambdaManagedInstancesCapacityProviderConfig').get('CapacityProviderArn');
  // SAM has a shorter form.
  const id = (plain.present ? plain : config.get('Arn')).refersTo();
  const provider = declaredOf(resolving, 'AWS::Lambda::CapacityProvider', 'AWS::Serverless::CapacityProvider').find(
    ({ logicalId }) => logicalId === id,
  );
  return { onInstances: true, properties: provider?.properties };
}
