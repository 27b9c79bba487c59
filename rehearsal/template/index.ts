export { loadTemplate, type Assembly, type LoadedTemplate } from './load/assembly.js';
export type * from './model.js';
export type { IamListener, InspectedCode, ReadOptions } from './options.js';
export { parseTemplate } from './load/parse.js';
export { readStack, readTemplate } from './read.js';
export { removeAction, type Removal } from './remove-action.js';
export { describePlace, takePlace, type TakenPlace } from './load/take-place.js';
export { isWithin, meet } from './resolve/cidr.js';
export { iamAddressesIn, withoutRealBrokers } from './real-brokers.js';
