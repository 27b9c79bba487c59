import type { FunctionAsset } from './bundle.js';

/** The log format of a function: that of its own code, or one of the formats of AWS's runtime. */
export type LogFormat = 'plain' | 'Text' | 'JSON';

export interface FunctionEnvironment {
  /** Its name in Lambda. */
  name: string;
  asset: FunctionAsset;
  memoryMb: number;
  /** The function's own variables: `PUBSUB_*`. */
  variables: Readonly<Record<string, string>>;
  /**
   * The credentials of its role: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`; and variables for
   * the local AWS (`NODE_EXTRA_CA_CERTS`).
   *
   * @default PATH of this process, and no credentials
   */
  given?: Readonly<Record<string, string>> | undefined;
  /** @default AWS_REGION of this process, or us-east-1 */
  region?: string | undefined;
  /** @default nodejs24.x */
  runtime?: string | undefined;
  /** @default plain */
  logFormat?: LogFormat | undefined;
  /** @default `/aws/lambda/<name>` */
  logGroup?: string | undefined;
  /** @default local */
  logStream?: string | undefined;
}

/** The format of the name, as Lambda documents it. */
const LAMBDA_PATH = '/usr/local/bin:/usr/bin/:/bin:/opt/bin';

/**
 * The environment that Lambda gives to a function, the function's own variables, and the given ones; no others.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function lambdaEnvironment(
  environment: FunctionEnvironment,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  const { name, asset, memoryMb, variables, logFormat = 'plain', runtime = 'nodejs24.x' } = environment;
  const region = environment.region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1';
  const given = environment.given ?? (env['PATH'] === undefined ? {} : { PATH: env['PATH'] });
  return {
    PATH: LAMBDA_PATH,
    ...given,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: environment.logGroup ?? `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: environment.logStream ?? 'local',
    ...(logFormat === 'plain' ? {} : { AWS_LAMBDA_LOG_FORMAT: logFormat }),
    // Lambda's default for JSON logs, which is the only format with levels.
    ...(logFormat === 'JSON' ? { AWS_LAMBDA_LOG_LEVEL: 'INFO' } : {}),
    LAMBDA_TASK_ROOT: asset.folder,
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    _HANDLER: asset.handler,
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    ...variables,
  };
}
