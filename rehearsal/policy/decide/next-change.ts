import { dateOf } from '../conditions/operators.js';
import { statementsOf } from './role-rights.js';
import type { RoleRights } from './rights.js';

/** Keys whose value is the time of the request. */
const timeKeys = new Set(['aws:currenttime', 'aws:epochtime']);

/**
 * When the result of a role's conditions on the time changes next, wall clock, milliseconds; undefined if it does not
 * change. Times of requests are whole seconds.
 */
export function nextChangeMs(rights: RoleRights, nowMs: number): number | undefined {
  const moments = statementsOf(rights)
    .flatMap(({ conditions = [] }) => conditions)
    .filter(({ key }) => timeKeys.has(key.toLowerCase()))
    .flatMap(({ values }) => values.flatMap((value) => dateOf(value) ?? []))
    .map((at) => Math.floor(at / 1_000) * 1_000)
    .flatMap((at) => [at, at + 1_000])
    .filter((at) => at > nowMs);
  return moments.length === 0 ? undefined : Math.min(...moments);
}
