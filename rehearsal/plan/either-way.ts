import { pubsub_error } from '../../src/base/error.js';
import { asksOf, isProblem, reasonOf } from '../problem.js';
import { UnknownConditions } from '../template/index.js';
import type { MadeUp } from '../template/index.js';
import { haveSameOutcome, type Planned } from './outcome.js';

/** Each one more doubles the number of plans. */
const MOST_CONDITIONS = 3;

/**
 * The plan for a template with unknown conditions. If it is refused, and is the same in what decides whatever the
 * conditions are, they are not asked for: they count as true, and are listed as made up.
 *
 * @throws pubsub_error `template_refused` if the conditions decide, or something else is wrong
 */
export function planEitherWay<T extends Planned>(plan: (conditions: UnknownConditions) => T): T {
  const conditions = new UnknownConditions();
  try {
    return plan(conditions);
  } catch (error) {
    if (!isProblem(error)) throw error;
    const found = new Map(conditions.found);
    let same: T | undefined;
    let before = 0;
    // With one condition known, others may be needed.
    while (same === undefined && found.size > before && found.size <= MOST_CONDITIONS) {
      before = found.size;
      same = sameFor(found, plan);
    }
    if (same === undefined) throw error;
    const { model } = same;
    return { ...same, model: { ...model, madeUp: [...model.madeUp, ...[...found].map(madeUp)] } };
  }
}

/**
 * The plan if all are true; undefined if it is another one for other values.
 *
 * @param found gets unknown conditions that are needed besides these
 */
function sameFor<T extends Planned>(
  found: Map<string, pubsub_error>,
  plan: (conditions: UnknownConditions) => T,
): T | undefined {
  let first: T | undefined;
  for (const assumed of assignments([...found.keys()])) {
    const conditions = new UnknownConditions(assumed);
    try {
      const next = plan(conditions);
      if (first !== undefined && !haveSameOutcome(first, next)) return undefined;
      first ??= next;
    } catch (error) {
      // For example an answer that is not needed then.
      if (!pubsub_error.is(error)) throw error;
      for (const [name, unknown] of conditions.found) found.set(name, unknown);
      return undefined;
    }
  }
  return first;
}

/** All values that the conditions may have together; all true first. */
function assignments(names: readonly string[]): ReadonlyMap<string, boolean>[] {
  return Array.from(
    { length: 2 ** names.length },
    (_, at) => new Map(names.map((name, bit) => [name, Math.floor(at / 2 ** bit) % 2 === 0])),
  );
}

function madeUp([name, unknown]: readonly [string, pubsub_error]): MadeUp {
  const { path } = unknown.details as { readonly path?: string };
  return {
    path: `Conditions.${name}`,
    value: 'true',
    reason: `depends on ${path ?? 'a value'}, which ${reasonOf(unknown)}; if it is false, the same functions run with the same rights`,
    ask: asksOf(unknown)[0] ?? '',
  };
}
