/** The gateway, with which a local Kafka accepts the logins of Amazon MSK with IAM. */
export type { IamAccess } from './access.js';
export type { IamOptions } from './options.js';
export { openGateways } from './given-brokers.js';
export { iamSystemProperties, listenerSettings } from './iam-listener.js';
export { keptKey, type KeptKey } from './key-folder.js';
export { startIamKafka, type IamKafka, type IamKafkaOptions } from './iam-kafka.js';
export type { RequestNames } from './names/request-names.js';
export type { NameWatch } from './names/watch.js';
export { DENIED_TRANSACTIONAL_ID as deniedTransactionalId } from './protocol/requests.js';
export { describeRefusal, type RefusalRecord } from './refusal-log.js';
export type { RefusalReason } from './refusal.js';
export type { GatewayRole, RoleSource } from './login/roles.js';
export { readRunning, writeRunning, type RunningGateway } from './running.js';
