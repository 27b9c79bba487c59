import { NODES_BY_DEFAULT } from './given-options.js';
import type { IamListener, StackModel } from '../template/index.js';

interface Placeholder {
  readonly host: string;
  readonly port: string;
}

/** One per broker. These names cannot exist (RFC 2606), and templates do not use these ports for anything else. */
const placeholdersOf = (domain: string, firstPort: number): Placeholder[] =>
  Array.from({ length: NODES_BY_DEFAULT }, (_, i) => ({
    host: `broker-${i + 1}.${domain}`,
    port: String(firstPort + i),
  }));

const placeholders: Readonly<Record<IamListener, readonly Placeholder[]>> = {
  private: placeholdersOf('rehearsal.invalid', 60_981),
  public: placeholdersOf('public.rehearsal.invalid', 60_881),
  otherVpc: placeholdersOf('other-vpc.rehearsal.invalid', 60_781),
};

/**
 * The answers of `GetBootstrapBrokers` while a template is read: the brokers of the rehearsal have no addresses yet.
 * `withBrokers` replaces all of them with the real ones; until then they show which listener a function uses.
 */
export const expectedBrokersOf: Readonly<Record<IamListener, readonly string[]>> = {
  private: addressesOf(placeholders.private),
  public: addressesOf(placeholders.public),
  otherVpc: addressesOf(placeholders.otherVpc),
};

/** Those in the VPC of the brokers, which are meant if nothing says otherwise. */
export const expectedBrokers = expectedBrokersOf.private;

/** Those of all listeners. */
export const allExpectedBrokers: readonly string[] = Object.values(expectedBrokersOf).flat();

function addressesOf(all: readonly Placeholder[]): string[] {
  return all.map(({ host, port }) => `${host}:${port}`);
}

/** The same stack with the brokers' addresses in the variables and outputs that contain them. Pure. */
export function withBrokers(model: StackModel, brokers: readonly string[]): StackModel {
  return {
    ...model,
    functions: replaced(model.functions, brokers) as StackModel['functions'],
    outputs: replaced(model.outputs, brokers) as StackModel['outputs'],
  };
}

function replaced(value: unknown, brokers: readonly string[]): unknown {
  if (typeof value === 'string') {
    return Object.values(placeholders).reduce((text, ofListener) => inText(text, ofListener, brokers), value);
  }
  if (Array.isArray(value)) return value.map((item) => replaced(item, brokers));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, replaced(part, brokers)]));
}

function inText(text: string, ofListener: readonly Placeholder[], brokers: readonly string[]): string {
  const whole = text.replaceAll(addressesOf(ofListener).join(','), brokers.join(','));
  return ofListener.reduce((changed, { host, port }, i) => {
    const broker = brokers[i % brokers.length] ?? '';
    const [ownHost = '', ownPort = ''] = broker.split(':');
    // A template may split an address: then the host and the port are separate strings.
    if (changed === port) return ownPort;
    return changed.replaceAll(`${host}:${port}`, broker).replaceAll(host, ownHost);
  }, whole);
}
