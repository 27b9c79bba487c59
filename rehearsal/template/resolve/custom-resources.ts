import { mistake, problem } from '../../problem.js';
import type { Thing } from './kinds.js';

const iamBrokers = 'BootstrapBrokerStringSaslIam';

/**
 * What CDK's AwsCustomResource answers, for the one call that a cluster's users make: the brokers' addresses, which
 * CloudFormation has no attribute for.
 *
 * @returns undefined for every other resource
 */
export function customAttribute(
  type: string,
  name: string,
  { properties, options }: Thing,
  path: string,
): string | undefined {
  if (type !== 'Custom::AWS' || !asksForBrokers(properties)) return undefined;
  if (name !== iamBrokers) {
    throw mistake(path, `asks for ${name}, and a rehearsal has brokers for IAM only (${iamBrokers})`);
  }
  if (options.bootstrapBrokers !== undefined) return options.bootstrapBrokers;
  throw problem(path, 'asks for the brokers’ addresses, and none were given to the reader');
}

function asksForBrokers(properties: Thing['properties']): boolean {
  for (const step of ['Create', 'Update']) {
    const call = properties.get(step);
    if (!call.present) continue;
    const { service, action } = callOf(call.text());
    if (service?.toLowerCase().endsWith('kafka') === true && action?.toLowerCase() === 'getbootstrapbrokers')
      return true;
  }
  return false;
}

/** Older versions of CDK write the client's package, newer ones the service's name. */
function callOf(text: string): { service?: string; action?: string } {
  try {
    const call = JSON.parse(text) as { service?: unknown; action?: unknown } | null;
    return {
      ...(typeof call?.service === 'string' ? { service: call.service } : {}),
      ...(typeof call?.action === 'string' ? { action: call.action.replace(/Command$/, '') } : {}),
    };
  } catch {
    return {};
  }
}
