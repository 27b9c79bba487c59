import { isProblem, mistake, problem } from '../../problem.js';
import type { Thing } from './kinds.js';
import type { Section } from './section.js';
import { isRecord } from './values.js';

const IAM_BROKERS = 'BootstrapBrokerStringSaslIam';

/**
 * What CDK's AwsCustomResource answers, for the one call that a cluster's users make: the brokers' addresses, which
 * CloudFormation has no attribute for.
 *
 * @returns undefined for every other resource
 */
export function customAttribute(name: string, thing: Thing, path: string): string | undefined {
  if (!givesBrokers(thing)) return undefined;
  if (name !== IAM_BROKERS) {
    throw mistake(path, `asks for ${name}, and a rehearsal has brokers for IAM only (${IAM_BROKERS})`);
  }
  const { bootstrapBrokers } = thing.options;
  if (bootstrapBrokers !== undefined) return bootstrapBrokers;
  throw problem(path, 'asks for the brokers’ addresses, and none were given to the reader');
}

/** Whether it is a custom resource that calls GetBootstrapBrokers: `Custom::AWS`, or whatever type CDK was told to give it. */
export function givesBrokers({ type, properties }: Pick<Thing, 'type' | 'properties'>): boolean {
  if (!/^(?:Custom::|AWS::CloudFormation::CustomResource$)/.test(type)) return false;
  // The service and the call are texts; what the call is about may be known only to a deployed stack.
  return ['Create', 'Update'].some((step) => {
    const { service, action } = callOf(properties.get(step));
    return service?.toLowerCase().endsWith('kafka') === true && action?.toLowerCase() === 'getbootstrapbrokers';
  });
}

/** Older versions of CDK write the client's package, newer ones the service's name; the oldest an object for JSON. */
function callOf(section: Section): { service?: string; action?: string } {
  if (!section.present) return {};
  try {
    const given = section.lenient.value();
    const call: unknown = typeof given === 'string' ? JSON.parse(given) : given;
    const { service, action } = isRecord(call) ? call : {};
    return {
      ...(typeof service === 'string' ? { service } : {}),
      ...(typeof action === 'string' ? { action: action.replace(/Command$/, '') } : {}),
    };
  } catch (error) {
    // No JSON, or a mistake in it: then it is no such call.
    if (error instanceof SyntaxError || isProblem(error)) return {};
    throw error;
  }
}
