import { refusal } from '../refusal.js';
import type { FunctionModel } from './model.js';

/** A broker of a real cluster, as MSK calls it: "b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9098". */
const realBroker = /^[\w.-]+\.kafka(?:-serverless)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?:(\d+)$/;

/** IAM inside the VPC, and public. */
const iamPorts = new Set(['9098', '9198']);

/**
 * A function's variables with the addresses of a real cluster replaced: a stack beside a cluster that is there already
 * has them in its template as they are, and a rehearsal must never reach that cluster.
 *
 * @param bootstrapBrokers what stands for the cluster here
 * @returns also the names of the variables that were changed, for the report
 * @throws pubsub_error `template_refused` for an address of another listener than IAM's
 */
export function withoutRealBrokers(
  { environment, logicalId }: Pick<FunctionModel, 'environment' | 'logicalId'>,
  bootstrapBrokers: string,
): { environment: Record<string, string>; replaced: string[] } {
  const replaced: string[] = [];
  const changed = Object.entries(environment).map(([name, value]): [string, string] => {
    const ports = value.split(',').map((part) => realBroker.exec(part.trim())?.[1]);
    if (ports.every((port) => port === undefined)) return [name, value];
    if (!ports.every((port) => port !== undefined && iamPorts.has(port))) {
      throw refusal(
        `Resources.${logicalId}.Properties.Environment.Variables.${name}`,
        `${value} is not, or not only, IAM’s listener (port 9098), and a rehearsal has no other`,
      );
    }
    replaced.push(name);
    return [name, bootstrapBrokers];
  });
  return { environment: Object.fromEntries(changed), replaced };
}
