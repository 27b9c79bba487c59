/** A stack, run for real on this machine before it is deployed. */
export { defaultPlace, delayOnMskMs, Rehearsal, type Addition, type RehearsalOptions } from './stage/rehearsal.js';
export { StackKafka, type StackKafkaOptions } from './stage/stack-kafka.js';
export { synthesize, type SynthesizeOptions } from './stage/synthesize.js';
export { listGrants, type Grant } from './policy/index.js';
export { loadTemplate, readTemplate, removeAction } from './template/index.js';
export type { BrokerEvidence, SeenRight } from './evidence/broker-evidence.js';
export type { FunctionModel, StackModel } from './template/index.js';
