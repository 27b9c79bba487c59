import type { FunctionAsset } from './bundle.js';

export interface FunctionEnvironment {
  name: string;
  asset: FunctionAsset;
  memoryMb: number;
  /** The function's own variables: `PUBSUB_*`. */
  variables: Readonly<Record<string, string>>;
}

/** Variables of ours that a function needs as its role's would be in AWS. */
const credentials = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE', 'HOME'];

/** The environment that Lambda gives to a function, and nothing else of ours but PATH and AWS credentials. */
export function lambdaEnvironment(
  { name, asset, memoryMb, variables }: FunctionEnvironment,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  const region = env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1';
  const passed = Object.fromEntries(
    ['PATH', ...credentials].flatMap((key) => (env[key] === undefined ? [] : [[key, env[key]]])),
  ) as Record<string, string>;
  return {
    ...passed,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: asset.folder,
    LAMBDA_RUNTIME_DIR: asset.folder,
    _HANDLER: asset.handler,
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    ...variables,
  };
}
