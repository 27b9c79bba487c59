import type { Resource } from '../resolve/resources.js';
import type { Resolving } from '../resolve/resolving.js';

/** Properties of a function that have an effect in AWS and none in a rehearsal. */
const withoutEffect: Readonly<Record<string, string>> = {
  CapacityProviderConfig: 'has no effect here, except for its network: the function runs on this machine',
  CodeSigningConfigArn: 'has no effect here: signatures of code are not checked',
  DeadLetterConfig: 'has no effect here: events that fail are not sent anywhere',
  DurableConfig: 'has no effect here: executions do not continue after a failure',
  EphemeralStorage: 'has no effect here: the size of /tmp is that of this machine',
  FileSystemConfigs: 'has no effect here: the file system is not mounted',
  ReservedConcurrentExecutions: 'has no effect here: concurrency is not limited to it',
  SnapStart: 'has no effect here: the function starts without a snapshot',
  TenancyConfig: 'has no effect here: tenants share one process',
};

/** Remarks the settings of a function that have no effect. */
export function remarkFunction({ properties }: Resource, { remarks }: Resolving): void {
  for (const [name, reason] of Object.entries(withoutEffect)) {
    const section = properties.lenient.get(name);
    if (!section.present) continue;
    const isStopped = name === 'ReservedConcurrentExecutions' && section.known() === '0';
    remarks.notModelled(section.path, isStopped ? 'is 0: in AWS every invocation is throttled, here it runs' : reason);
  }
}
