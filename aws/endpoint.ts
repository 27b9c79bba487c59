/** The variable that leads a service's calls elsewhere than to AWS, and where to. */
export interface EndpointSetting {
  readonly variable: string;
  readonly url: string;
}

/** As the SDK writes them in names of variables, by what policies call them. */
const inVariables: Readonly<Record<string, string>> = { logs: 'CLOUDWATCH_LOGS' };

/**
 * Where the variables of the environment lead the calls of an action, undefined: to AWS.
 *
 * @param action as policies write it ("ssm:GetParameter")
 */
export function endpointSetting(
  action: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): EndpointSetting | undefined {
  const service = action.split(':')[0] ?? '';
  const own = `AWS_ENDPOINT_URL_${inVariables[service] ?? service.toUpperCase()}`;
  for (const variable of [own, 'AWS_ENDPOINT_URL']) {
    const url = env[variable];
    if (url !== undefined && url !== '') return { variable, url };
  }
  return undefined;
}
