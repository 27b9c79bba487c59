import { measures } from '../measures.js';
import type { Facts, Request } from './facts.js';
import { violation, type Material, type Violation } from './material.js';

const WINDOW_MS = 1_000;
const STEP_MS = 250;
/**
 * If fewer requests end in a second than this share of those that start in it, the second counts as waiting, not as
 * success.
 */
const FEWEST = 0.3;

/**
 * True if, in the second after a time, enough of the ended requests succeeded, and requests ended at the rate at which
 * they started.
 *
 * @param atLeast the required share
 */
export function goodSeconds(requests: Iterable<Request>, atLeast = FEWEST): (from: number) => boolean {
  const all = [...requests];
  const begins = all.map(({ begin }) => begin);
  const ends = all.flatMap(({ ends: [end] }) => (end === undefined ? [] : [end]));
  return (from) => {
    const isWithin = (t: number): boolean => t >= from && t < from + WINDOW_MS;
    const within = ends.filter(({ t }) => isWithin(t));
    const good = within.filter(({ ok }) => ok).length;
    const begun = begins.filter(isWithin).length;
    return within.length > atLeast * begun && good >= measures.recoveredShare * within.length;
  };
}

export interface Recovery {
  /** When requests succeeded again permanently; undefined if they did not. */
  readonly at: number | undefined;
  /** The time until requests succeeded for the rest of the fault; if they did not, until they succeeded permanently. */
  readonly afterFaultMs: number | undefined;
  /** 0 if they succeeded before. */
  readonly afterHealMs: number | undefined;
}

/** The time after which, in every second to the end, enough of the ended requests succeeded. */
export function recoveryOf({ requests }: Facts, { marks }: Material): Recovery {
  const isGood = goodSeconds(requests.values());
  const goodUntil = (until: number): number | undefined => {
    let at: number | undefined;
    for (let from = until - WINDOW_MS; from >= marks.faultAt && isGood(from); from -= STEP_MS) at = from;
    return at !== undefined && at < marks.faultAt + STEP_MS ? marks.faultAt : at;
  };
  const at = goodUntil(marks.loadUntil);
  const meanwhile = goodUntil(marks.mendedFrom ?? marks.healedAt) ?? at;
  return {
    at,
    afterFaultMs: meanwhile === undefined ? undefined : meanwhile - marks.faultAt,
    afterHealMs: at === undefined ? undefined : Math.max(0, at - marks.healedAt),
  };
}

/** Requests succeed again within the limit. */
export function recovered(facts: Facts, material: Material): Violation[] {
  const { at, afterFaultMs, afterHealMs } = recoveryOf(facts, material);
  const { recoveryAfterFaultMs } = material.excuses;
  if (at === undefined) {
    const watched = seconds(material.marks.loadUntil - material.marks.healedAt);
    return violation('recovery', [
      `requests did not succeed again before the drill ended, ${watched} s after the fault's end`,
    ]);
  }
  if (afterHealMs !== undefined && afterHealMs > measures.recoveryAfterHealMs) {
    const limit = seconds(measures.recoveryAfterHealMs);
    return violation('recovery', [
      `requests succeeded again ${seconds(afterHealMs)} s after the fault's end (limit ${limit} s)`,
    ]);
  }
  if (recoveryAfterFaultMs !== undefined && afterFaultMs !== undefined && afterFaultMs > recoveryAfterFaultMs) {
    const limit = seconds(recoveryAfterFaultMs);
    return violation('recovery', [
      `requests succeeded again ${seconds(afterFaultMs)} s after the fault began (limit ${limit} s)`,
    ]);
  }
  return [];
}

/** Everything works before the fault: otherwise the rest proves nothing. */
export function steady({ requests }: Facts, { marks }: Material): Violation[] {
  const before = [...requests.values()].filter(({ begin }) => begin >= marks.loadFrom && begin < marks.faultAt);
  const ended = before.filter(({ ends }) => (ends[0]?.t ?? Infinity) < marks.faultAt);
  const failed = ended.filter(({ ends }) => ends[0]?.ok !== true);
  if (ended.length === 0) return violation('steady', ['no request ended before the fault']);
  if (failed.length > 0.01 * ended.length) {
    return violation('steady', [`${failed.length} of ${ended.length} requests failed before the fault`]);
  }
  const due = before.filter(({ begin }) => begin < marks.faultAt - WINDOW_MS).length;
  return ended.length < measures.recoveredShare * due
    ? violation('steady', [`${ended.length} requests ended before the fault, of ${due} that started long before`])
    : [];
}

/** At the end every running process does its work, not only the others of its group. */
export function allWorkAgain({ requests, runs }: Facts, { marks, processes }: Material): Violation[] {
  const from = marks.loadUntil - measures.calmMs;
  const wrong: string[] = [];
  for (const { name, role, outside, events } of processes) {
    const isGone = outside.some(({ t, what }) => t < marks.loadUntil && what !== 'stopped' && what !== 'continued');
    const isConnected = events.some((event) => event.k === 'life' && event.what === 'loaded' && event.t < from);
    if (isGone || !isConnected) continue;
    const works =
      role === 'requester'
        ? [...requests.values()].some(
            ({ requester, ends }) => requester === name && ends[0]?.ok === true && ends[0].t >= from,
          )
        : runs.some(({ worker, begin }) => worker === name && begin >= from);
    if (!works) wrong.push(`${name} did nothing in the last ${seconds(measures.calmMs)} s`);
  }
  return violation('all work again', wrong);
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
