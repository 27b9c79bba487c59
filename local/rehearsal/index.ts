/** A stack, run for real on this machine before it is deployed. */
export { answerShape } from './answers.js';
export { otherwiseHere } from './stage/additions.js';
export { delayOnMskMs } from './stage/options.js';
export { userCredentials } from './stage/credentials.js';
export { Rehearsal } from './stage/rehearsal.js';
export type { RightsOptions } from './stage/rights.js';
export { StackKafka } from './stage/stack-kafka.js';
export { synthesize } from './stage/synthesize.js';
export type { Reach } from './network/index.js';
export { listGrants, type Grant } from './policy/index.js';
export {
  accountShape,
  defaultPlace,
  describePlace,
  loadTemplate,
  readTemplate,
  regionShape,
  removeAction,
  takePlace,
} from './template/index.js';
export type { FunctionModel, StackModel, TakenPlace } from './template/index.js';
