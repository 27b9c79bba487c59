/** `easy-pubsub/cdk`: the IAM policy of a service, for its CDK stack. */
export {
  grantPubsub,
  pubsubPolicyStatements,
  type PubsubServiceProps,
  type PubsubTopics,
  type PubsubGroups,
} from './grant-pubsub.js';
export type { ServiceRole } from '../grants/service-grants.js';
