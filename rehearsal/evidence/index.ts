/** What brokers say of rights, in the words of IAM. */
export { AuthorizerLogs } from './authorizer-logs.js';
export { DenialFeed } from './denial-feed.js';
