/** A stack, run for real on this machine before it is deployed. */
export { otherwiseHere } from './stage/additions.js';
export type { GivenOptions } from './stage/given-options.js';
export { delayOnMskMs } from './stage/options.js';
export { userCredentials } from './stage/credentials.js';
export type { Plan } from './stage/plan.js';
export { Rehearsal } from './stage/rehearsal.js';
export { StackKafka } from './stage/stack-kafka.js';
export { synthesize } from './stage/synthesize.js';
export type { Reach } from './network/index.js';
export { listGrants, type Grant } from './policy/index.js';
export { defaultPlace, describePlace, loadTemplate, readTemplate, removeAction, takePlace } from './template/index.js';
export type { FunctionModel, StackModel, TakenPlace } from './template/index.js';
