import { withoutRealBrokers, type FunctionModel } from '../template/index.js';

/** What a function was given that its template does not say: nothing is added in silence. */
export interface Addition {
  readonly function: string;
  readonly variable: string;
  readonly why: string;
}

const reasons: Readonly<Record<string, string>> = {
  PUBSUB_RETRY_DENIED_MS: 'every policy is in force from the start, and a denial is final',
  NODE_EXTRA_CA_CERTS: 'the authority of the gateways: on MSK, Node knows the one that signs',
  NODE_PATH: 'the packages of its layers, as Lambda gives them',
};

/**
 * Variables whose value is made for AWS and not for here. A function waits out a denial there, because a new policy takes
 * a while to spread; here every policy is in force before anything runs.
 */
export const otherwiseHere = { PUBSUB_RETRY_DENIED_MS: '0' } as const;

/**
 * Variables that a function gets in place of the template's: those that name brokers of a cluster that is there already,
 * which no one is to reach from here, and those that are otherwise here.
 *
 * @throws pubsub_error `template_refused` for brokers of another listener than IAM's
 */
export function changedVariables(one: FunctionModel, brokers: readonly string[]): Record<string, string> {
  const { environment, replaced } = withoutRealBrokers(one, brokers.join(','));
  const adapted = Object.entries(otherwiseHere).filter(([name]) => one.environment[name] !== undefined);
  return Object.fromEntries([...replaced.map((name) => [name, environment[name] ?? '']), ...adapted]) as Record<
    string,
    string
  >;
}

/**
 * What the report says of it. Pure.
 *
 * @param given variables besides the template's
 * @param changed variables in place of the template's
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
