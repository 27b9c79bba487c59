/** What brokers log about rights, in IAM's terms. */
export { AuthorizerLogs } from './authorizer-logs.js';
export { DenialFeed } from './denial-feed.js';
