import { measures } from '../measures.js';
import { pausedMs, pausesOf, type Facts, type Pause } from './facts.js';
import { violation, type Material, type Violation } from './material.js';

/** Each request has exactly one outcome, unless its process was killed. */
export function oneOutcome({ requests, killedAt }: Facts): Violation[] {
  const wrong: string[] = [];
  for (const { id, requester, ends } of requests.values()) {
    if (ends.length > 1) wrong.push(`request ${id} has ${ends.length} outcomes`);
    else if (ends.length === 0 && !killedAt.has(requester)) wrong.push(`request ${id} has no outcome`);
  }
  return violation('one outcome', wrong);
}

/** No outcome is after the deadline; time in which the process could not run does not count. */
export function deadlines({ requests }: Facts, { processes }: Material): Violation[] {
  const pauses = new Map<string, Pause[]>(processes.map((process) => [process.name, pausesOf(process)]));
  const wrong: string[] = [];
  for (const { id, requester, begin, ends } of requests.values()) {
    const deadline = begin + measures.requestTimeoutMs;
    for (const end of ends) {
      const late = end.t - deadline - pausedMs(pauses.get(requester) ?? [], deadline, end.t);
      if (late > measures.deadlineSlackMs) wrong.push(`request ${id} ended ${Math.round(late)} ms after its deadline`);
    }
  }
  return violation('deadline', wrong);
}

/** Each reply belongs to the request that it ends. */
export function ownReply({ requests }: Facts): Violation[] {
  const wrong: string[] = [];
  for (const { id, ends } of requests.values()) {
    for (const { ok, reply } of ends) {
      if (ok && reply !== id) wrong.push(`request ${id} got the reply of ${String(reply)}`);
    }
  }
  return violation('own reply', wrong);
}

/** An acknowledged frame is handled, or its request fails with an error. */
export function nothingLost(facts: Facts, { excuses, readings }: Material): Violation[] {
  const { requests, notes, runsById, done } = facts;
  const excused = excuses.lostUntil ?? -Infinity;
  const wrong: string[] = [];
  for (const { id, ack, ends, begin } of requests.values()) {
    const isHandled = runsById.has(id);
    const [end] = ends;
    if (end?.ok === true && !(runsById.get(id) ?? []).some((run) => run.begin <= end.t)) {
      wrong.push(`request ${id} was answered, but not handled before`);
    } else if (end === undefined && ack !== undefined && !isHandled && !done.has(id) && begin > excused) {
      wrong.push(`request ${id} was acknowledged and did not fail, but no worker handled it`);
    }
  }
  for (const { id, noted } of notes.values()) {
    if (noted !== undefined && noted.t > excused && !runsById.has(id)) {
      wrong.push(`${id}, one way, was acknowledged at ${noted.partition}:${noted.offset} and never handled`);
    }
  }
  for (const id of readings.planted) if (!runsById.has(id)) wrong.push(`the valid record ${id} was never handled`);
  return violation('nothing lost', wrong);
}

/** The position in an acknowledgement holds exactly this record. */
export function truePositions({ requests, notes }: Facts, { readings, excuses }: Material): Violation[] {
  const { records } = readings;
  if (records.size === 0) return [];
  const excused = excuses.lostUntil ?? -Infinity;
  const wrong: string[] = [];
  const check = (id: string, at: { t: number; partition: number; offset: number } | undefined): void => {
    if (at === undefined || at.t <= excused) return;
    const place = `${at.partition}:${at.offset}`;
    const found = records.get(place);
    if (found !== id) wrong.push(`${id} was acknowledged at ${place}, where there is ${found ?? 'nothing'}`);
  };
  for (const { id, ack } of requests.values()) check(id, ack);
  for (const { id, noted } of notes.values()) check(id, noted);
  return violation('true positions', wrong);
}
