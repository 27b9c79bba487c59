import type { ApiName, BrokerApis } from '../client/broker-apis.js';
import { adminApis } from './admin-apis.js';
import type { Call } from './call.js';
import { groupApis } from './group-apis.js';
import type { Platformatic } from './package.js';
import { topicApis } from './topic-apis.js';

/** How requests are encoded, and their responses decoded. */
export interface Calls {
  readonly of: { readonly [A in ApiName]: Call<A> };
  /** An older version of Fetch, for a topic whose id is not known. */
  readonly fetchByName: Call<'fetch'>;
}

export function callsOf(platformatic: Platformatic): Calls {
  const { fetchByName, ...topics } = topicApis(platformatic);
  return { of: { ...topics, ...groupApis(platformatic), ...adminApis(platformatic) }, fetchByName };
}

/** Chooses the version of a request. */
export function callFor<A extends ApiName>(calls: Calls, api: A, body: BrokerApis[A]['request']): Call<A> {
  const isByName = api === 'fetch' && (body as BrokerApis['fetch']['request']).topicId === undefined;
  return isByName ? (calls.fetchByName as Call<ApiName> as Call<A>) : calls.of[api];
}
