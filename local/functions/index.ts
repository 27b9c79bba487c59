/** Functions on a laptop: the deployed code in separate processes, as Lambda would run it. */
export { clientOf, functionAsset, type FunctionAsset } from './bundle.js';
export type { FunctionError } from './contract.js';
export { givenVariables } from './credentials.js';
export { FunctionPool } from './function-pool.js';
export {
  FunctionProcess,
  type FrozenProcess,
  type FunctionProcessOptions,
  type Invocation,
} from './function-process.js';
export { handlerName } from './handler-name.js';
export {
  localVariables,
  localGroupPrefix,
  sanityTopics,
  sharedVariables,
  topicsOfRun,
  unusedVariables,
  type Topics,
} from './variables.js';
