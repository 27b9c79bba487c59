import { NODES_BY_DEFAULT } from './given-options.js';
import type { StackModel } from '../template/index.js';

/** One per broker. These names cannot exist (RFC 2606), and templates do not use these ports for anything else. */
const placeholders = Array.from({ length: NODES_BY_DEFAULT }, (_, i) => ({
  host: `broker-${i + 1}.rehearsal.invalid`,
  port: String(60_981 + i),
}));

/**
 * The answer of `GetBootstrapBrokers` while a template is read: the brokers of the rehearsal have no addresses yet.
 * `withBrokers` replaces them with the real ones.
 */
export const expectedBrokers: readonly string[] = placeholders.map(({ host, port }) => `${host}:${port}`);

/** The same stack with the brokers' addresses in the variables and outputs that contain them. Pure. */
export function withBrokers(model: StackModel, brokers: readonly string[]): StackModel {
  return {
    ...model,
    functions: replaced(model.functions, brokers) as StackModel['functions'],
    outputs: replaced(model.outputs, brokers) as StackModel['outputs'],
  };
}

function replaced(value: unknown, brokers: readonly string[]): unknown {
  if (typeof value === 'string') return inText(value, brokers);
  if (Array.isArray(value)) return value.map((item) => replaced(item, brokers));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, replaced(part, brokers)]));
}

function inText(text: string, brokers: readonly string[]): string {
  const whole = text.replaceAll(expectedBrokers.join(','), brokers.join(','));
  return placeholders.reduce((changed, { host, port }, i) => {
    const broker = brokers[i % brokers.length] ?? '';
    const [ownHost = '', ownPort = ''] = broker.split(':');
    // A template may split an address: then the host and the port are separate strings.
    if (changed === port) return ownPort;
    return changed.replaceAll(`${host}:${port}`, broker).replaceAll(host, ownHost);
  }, whole);
}
