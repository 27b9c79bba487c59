/** Who may reach the brokers: what security groups say, and what a function meets that may not. */
export { Network } from '../start/network.js';
export type { Reach } from '../plan/reach.js';
