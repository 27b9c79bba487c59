export { loadTemplate, type Assembly, type LoadedTemplate } from './assembly.js';
export type * from './model.js';
export type { ReadOptions } from './options.js';
export { parseTemplate } from './parse.js';
export { accountShape, regionShape } from './place.js';
export { readTemplate } from './read.js';
export { removeAction, type Removal } from './remove-action.js';
export { defaultPlace, describePlace, takePlace, type TakenPlace } from './take-place.js';
export { withoutRealBrokers } from './real-brokers.js';
