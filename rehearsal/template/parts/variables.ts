import { Problems } from '../../problem.js';
import type { Remarks } from '../remarks.js';
import type { Resource } from '../resolve/resources.js';
import type { Section } from '../resolve/section.js';
import { checkVariables } from './function-limits.js';

/** Names of variables for the brokers' addresses: their value is known here, whatever the template says. */
const ofBrokers =
  /bootstrap|brokers?$|broker_?(?:list|urls?|addr\w*|endpoints?|string|servers?|hosts?)|kafka_?(?:servers?|hosts?|endpoints?|urls?)/i;

/**
 * A function's variables. An unknown value is made up. If the name of its variable is one for brokers' addresses, it
 * gets those.
 */
export function readVariables({ properties, options }: Resource, remarks: Remarks): Record<string, string> {
  const problems = new Problems();
  const all = properties.lenient.get('Environment').get('Variables');
  const read = all.entries().map(([name, section]) => ({
    name,
    value: problems.try(() => valueOf(name, section, options.bootstrapBrokers)) ?? '',
    path: section.path,
  }));
  problems.try(() => checkVariables(read, all.path, remarks));
  problems.throwIfAny();
  return Object.fromEntries(read.map(({ name, value }) => [name, value]));
}

function valueOf(name: string, section: Section, brokers: string | undefined): string {
  return brokers !== undefined && ofBrokers.test(name) ? section.textOr(brokers) : section.text();
}
