/** The gateway that makes a Kafka of ours take the logins of Amazon MSK with IAM. */
export { startIamKafka, type IamKafka, type IamKafkaOptions } from './iam-kafka.js';
export { describeRefusal, type Refusal } from './refusals.js';
export type { RefusalReason } from './refusal.js';
export type { GatewayRole, RoleSource } from './roles.js';
