/** Runs a stack on this machine before it is deployed. */
export { overriddenVariables } from './plan/additions.js';
export type { GivenOptions } from './plan/given-options.js';
export { DELAY_ON_MSK_MS as delayOnMskMs } from './start/options.js';
export { userCredentials } from './start/credentials.js';
export type { Plan } from './plan/plan.js';
export { Rehearsal } from './start/rehearsal.js';
export { StackKafka } from './start/stack-kafka.js';
export { synthesis, synthesize } from './start/synthesize.js';
export type { Reach } from './plan/reach.js';
export { listGrants, type Grant } from './policy/index.js';
export { defaultPlace } from './policy/cluster/fill.js';
export { describePlace, loadTemplate, readTemplate, removeAction, takePlace } from './template/index.js';
export type { FunctionModel, StackModel, TakenPlace } from './template/index.js';
