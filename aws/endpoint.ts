/** A variable that sends a service's calls to a server other than AWS, and that server. */
export interface EndpointSetting {
  readonly variable: string;
  readonly url: string;
}

/** Services with different names in the SDK's variables and in policies. */
const inVariables: Readonly<Record<string, string>> = { logs: 'CLOUDWATCH_LOGS' };

/**
 * The variable of the environment that redirects the calls of an action; undefined: they go to AWS.
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
