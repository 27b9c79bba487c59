import type { ApiName } from '../client/broker-apis.js';
import { adminApis } from './admin-apis.js';
import { groupApis } from './group-apis.js';
import type { Prepare } from './prepare.js';
import { topicApis } from './topic-apis.js';

/** How each request of `BrokerApis` is encoded, and its response decoded. */
export const apis: { readonly [A in ApiName]: Prepare<A> } = { ...topicApis, ...groupApis, ...adminApis };
