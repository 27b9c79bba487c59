import { Problems } from '../../problem.js';
import type { Resource } from '../resolve/resources.js';
import type { Section } from '../resolve/section.js';

/** Names that tell of the brokers' addresses: what they hold is known here, whatever the template says of it. */
const ofBrokers =
  /bootstrap|brokers?$|broker_?(?:list|urls?|addr\w*|endpoints?|string|servers?|hosts?)|kafka_?(?:servers?|hosts?|endpoints?|urls?)/i;

/**
 * A function's variables. One that is not known is made up; where its name says that it has the brokers' addresses, it
 * has those.
 */
export function readVariables({ properties, options }: Resource): Record<string, string> {
  const problems = new Problems();
  const variables = properties.lenient.get('Environment').get('Variables').entries();
  const read = variables.map(([name, section]): [string, string] => [
    name,
    problems.try(() => valueOf(name, section, options.bootstrapBrokers)) ?? '',
  ]);
  problems.throwIfAny();
  return Object.fromEntries(read);
}

function valueOf(name: string, section: Section, brokers: string | undefined): string {
  return brokers !== undefined && ofBrokers.test(name) ? section.textOr(brokers) : section.text();
}
