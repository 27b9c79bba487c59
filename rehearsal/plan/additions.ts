import { withoutRealBrokers, type FunctionModel } from '../template/index.js';

/** A variable that a function gets and that its template does not set. The report lists all of them. */
export interface Addition {
  readonly function: string;
  readonly variable: string;
  readonly why: string;
}

const reasons: Readonly<Record<string, string>> = {
  PUBSUB_RETRY_DENIED_MS: 'every policy is in force from the start, and a denial is final',
  NODE_EXTRA_CA_CERTS: 'the certificate authority of the gateways (on MSK, Node trusts the authority already)',
  NODE_PATH: 'the packages of its layers, as Lambda gives them',
};

/**
 * Variables whose value in the template suits AWS only. There a function waits after a denial, because a new policy
 * takes a while to take effect; in a rehearsal every policy is in force before anything runs.
 */
export const overriddenVariables = { PUBSUB_RETRY_DENIED_MS: '0' } as const;

/**
 * Variables that a function gets instead of the template's: those with brokers of an existing cluster, which a
 * rehearsal must not reach, and those that differ in a rehearsal.
 *
 * @throws pubsub_error `template_refused` for brokers of a listener other than IAM's
 */
export function changedVariables(one: FunctionModel, brokers: readonly string[]): Record<string, string> {
  const { environment, replaced } = withoutRealBrokers(one, brokers.join(','));
  const adapted = Object.entries(overriddenVariables).filter(([name]) => one.environment[name] !== undefined);
  return Object.fromEntries([...replaced.map((name) => [name, environment[name] ?? '']), ...adapted]) as Record<
    string,
    string
  >;
}

/**
 * The additions for the report. Pure.
 *
 * @param given variables besides the template's
 * @param changed variables instead of the template's
 */
export function additionsOf(
  { name, environment }: Pick<FunctionModel, 'name' | 'environment'>,
  given: Readonly<Record<string, string>>,
  changed: Readonly<Record<string, string>>,
): Addition[] {
  return [
    ...Object.keys(given).map((variable) => ({
      function: name,
      variable,
      why: reasons[variable] ?? 'credentials of its role, as Lambda gives them',
    })),
    ...Object.entries(changed)
      .filter(([variable, value]) => environment[variable] !== value)
      .map(([variable, value]) => ({
        function: name,
        variable,
        why: `in place of the template’s: ${value}${whyChanged(variable)}`,
      })),
  ];
}

function whyChanged(variable: string): string {
  const why = reasons[variable];
  return why === undefined ? '' : ` (${why})`;
}
