/** Who may reach the brokers: what security groups say, and what a function meets that may not. */
export { Network } from './network.js';
export type { Reach } from './reach.js';
