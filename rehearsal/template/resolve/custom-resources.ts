import { isProblem, problem } from '../../problem.js';
import type { Thing } from './kinds.js';
import type { Section } from './section.js';
import { isRecord } from './values.js';

/** The brokers' addresses for IAM logins: inside of the VPC (also over IPv6), public, and in other VPCs. */
const iamBrokers = /^BootstrapBrokerString(?:SaslIam(?:Ipv6)?|(Public|VpcConnectivity)SaslIam)$/;

/**
 * The answer of CDK's AwsCustomResource to the one call that users of a cluster make: the brokers' addresses, for
 * which CloudFormation has no attribute.
 *
 * @returns undefined for every other resource, and for the addresses of other listeners: see `otherListener`
 */
export function customAttribute(name: string, thing: Thing, path: string): string | undefined {
  const found = iamBrokers.exec(name);
  if (found === null || !givesBrokers(thing)) return undefined;
  const { bootstrapBrokers, otherIamBrokers } = thing.options;
  const other = found[1] === undefined ? undefined : otherIamBrokers?.[found[1] === 'Public' ? 'public' : 'otherVpc'];
  const brokers = other ?? bootstrapBrokers;
  if (brokers !== undefined) return brokers;
  throw problem(path, 'asks for the brokers’ addresses, and none were given to the reader');
}

/** Why the addresses of a listener without IAM are unknown; undefined for any other attribute. */
export function otherListener(name: string, thing: Thing): string | undefined {
  if (!/^BootstrapBrokerString/.test(name) || iamBrokers.test(name) || !givesBrokers(thing)) return undefined;
  return `asks for ${name}, and a rehearsal has brokers for IAM only (BootstrapBrokerStringSaslIam)`;
}

/**
 * Whether it is a custom resource that calls GetBootstrapBrokers: `Custom::AWS`, or another type that the app gave to
 * it.
 */
export function givesBrokers({ type, properties }: Pick<Thing, 'type' | 'properties'>): boolean {
  if (!/^(?:Custom::|AWS::CloudFormation::CustomResource$)/.test(type)) return false;
  // The service and the call are strings; the argument of the call may be known only to a deployed stack.
  return ['Create', 'Update'].some((step) => {
    const { service, action } = callOf(properties.get(step));
    return service?.toLowerCase().endsWith('kafka') === true && action?.toLowerCase() === 'getbootstrapbrokers';
  });
}

/**
 * Older versions of CDK write the name of the client's package, newer ones the service's name; the oldest an object
 * instead of JSON.
 */
function callOf(section: Section): { service?: string | undefined; action?: string | undefined } {
  if (!section.present) return {};
  try {
    const given = section.lenient.value();
    const call: unknown = typeof given === 'string' ? JSON.parse(given) : given;
    const { service, action } = isRecord(call) ? call : {};
    return {
      service: typeof service === 'string' ? service : undefined,
      action: typeof action === 'string' ? action.replace(/Command$/, '') : undefined,
    };
  } catch (error) {
    // A string that is not valid JSON, or has a mistake, is not such a call.
    if (error instanceof SyntaxError || isProblem(error)) return {};
    throw error;
  }
}
