/** AWS on a loopback port: Lambda, CloudFormation, CloudWatch Logs and STS, as far as a rehearsal needs them. */
export type { Caller } from './callers.js';
export { CloudFormationService, type HostedStack } from './cloudformation.js';
export { throttled } from './hosted-functions.js';
export { LambdaService, type HostedFunction } from './lambda.js';
export { startLocalAws, type LocalAws, type LocalAwsOptions } from './local-aws.js';
export { LogStore } from './log-store.js';
export { LogsService } from './logs.js';
export { startAwsEndpoint, type AwsEndpoint, type AwsEndpointOptions } from './server.js';
export { AwsErrorAnswer } from './aws-refusal.js';
export type { AwsService } from './service.js';
export { StsService } from './sts.js';
export { layerModules } from './unpack.js';
