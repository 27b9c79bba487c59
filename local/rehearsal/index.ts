/** A stack, run for real on this machine before it is deployed. */
export { Rehearsal, type Addition, type RehearsalOptions } from './stage/rehearsal.js';
export { synthesize, type SynthesizeOptions } from './stage/synthesize.js';
export type { BrokerEvidence, SeenRight } from './evidence/broker-evidence.js';
export type { FunctionModel, StackModel } from './template/index.js';
