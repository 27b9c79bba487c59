import { measures } from '../measures.js';
import type { ProcessHistory, Stamped } from '../history/events.js';
import type { Material } from './material.js';

export interface End {
  readonly t: number;
  readonly ok: boolean;
  readonly reply?: string;
  readonly code?: string;
}

export interface Request {
  readonly id: string;
  readonly path: string;
  readonly requester: string;
  readonly begin: number;
  ack: { t: number; partition: number; offset: number } | undefined;
  readonly ends: End[];
}

export interface Note {
  readonly id: string;
  readonly requester: string;
  readonly begin: number;
  noted: { t: number; partition: number; offset: number } | undefined;
}

export interface Run {
  readonly id: string;
  readonly path: string;
  readonly worker: string;
  readonly partition: number;
  readonly offset: number;
  readonly begin: number;
  /** The end of its handler, or of its process; Infinity for one that never ended. */
  end: number;
}

/** A time in which a process could not run. */
export interface Pause {
  readonly from: number;
  readonly to: number;
}

/** The histories, grouped by their subjects. */
export interface Facts {
  readonly requests: ReadonlyMap<string, Request>;
  readonly notes: ReadonlyMap<string, Note>;
  /** In the order of their starts. */
  readonly runs: readonly Run[];
  readonly runsById: ReadonlyMap<string, readonly Run[]>;
  /** Frames whose outcome a worker reported, by the id of the request. */
  readonly done: ReadonlyMap<string, readonly { worker: string; t: number; as: string; replies: number }[]>;
  /** By process: when it was stopped from outside. */
  readonly stops: ReadonlyMap<string, readonly Pause[]>;
  /** By process: when it was ended from outside. */
  readonly killedAt: ReadonlyMap<string, number>;
}

export function factsOf({ processes }: Pick<Material, 'processes'>): Facts {
  const requests = new Map<string, Request>();
  const notes = new Map<string, Note>();
  const runs: Run[] = [];
  const done = new Map<string, { worker: string; t: number; as: string; replies: number }[]>();
  const stops = new Map<string, Pause[]>();
  const killedAt = new Map<string, number>();
  for (const process of processes) {
    stops.set(process.name, stopsOf(process));
    const killed = process.outside.find(({ what }) => what === 'killed' || what === 'forced');
    if (killed !== undefined) killedAt.set(process.name, killed.t);
    if (process.role === 'requester') readRequester(process, requests, notes);
    else readWorker(process, runs, done);
  }
  runs.sort((one, other) => one.begin - other.begin);
  return { requests, notes, runs, runsById: groupBy(runs, ({ id }) => id), done, stops, killedAt };
}

function readRequester(
  { name, events }: ProcessHistory,
  requests: Map<string, Request>,
  notes: Map<string, Note>,
): void {
  for (const event of events) {
    switch (event.k) {
      case 'begin':
        requests.set(event.id, {
          id: event.id,
          path: event.path,
          requester: name,
          begin: event.t,
          ack: undefined,
          ends: [],
        });
        break;
      case 'ack': {
        const request = requests.get(event.id);
        // A request that was sent again has two acknowledgements; the first one counts.
        if (request !== undefined) request.ack ??= { t: event.t, partition: event.partition, offset: event.offset };
        break;
      }
      case 'end':
        requests.get(event.id)?.ends.push(endOf(event));
        break;
      case 'note':
        notes.set(event.id, { id: event.id, requester: name, begin: event.t, noted: undefined });
        break;
      case 'noted': {
        const note = notes.get(event.id);
        if (note !== undefined) note.noted = { t: event.t, partition: event.partition, offset: event.offset };
      }
    }
  }
}

function endOf(event: Extract<Stamped, { k: 'end' }>): End {
  return event.ok ? { t: event.t, ok: true, reply: event.reply } : { t: event.t, ok: false, code: event.code };
}

function readWorker(
  { name, events, outside }: ProcessHistory,
  runs: Run[],
  done: Map<string, { worker: string; t: number; as: string; replies: number }[]>,
): void {
  const open = new Map<number, Run>();
  for (const event of events) {
    switch (event.k) {
      case 'handle': {
        const { id, path, partition, offset, t: begin } = event;
        const run = { id, path, worker: name, partition, offset, begin, end: Infinity };
        open.set(event.run, run);
        runs.push(run);
        break;
      }
      case 'handled': {
        const run = open.get(event.run);
        if (run !== undefined) run.end = event.t;
        open.delete(event.run);
        break;
      }
      case 'done':
        add(done, event.id, { worker: name, t: event.t, as: event.as, replies: event.replies });
    }
  }
  const over = outside.find(({ what }) => what === 'killed' || what === 'exited' || what === 'forced');
  if (over !== undefined) for (const run of open.values()) run.end = over.t;
}

function stopsOf({ outside }: ProcessHistory): Pause[] {
  const stops: Pause[] = [];
  let from: number | undefined;
  for (const { t, what } of outside) {
    if (what === 'stopped') from ??= t;
    else if (from !== undefined) {
      stops.push({ from, to: t });
      from = undefined;
    }
  }
  if (from !== undefined) stops.push({ from, to: Infinity });
  return stops;
}

/** The times in which a process could not run: it was stopped from outside, or the machine was busy. */
export function pausesOf({ events }: ProcessHistory): Pause[] {
  const pauses: Pause[] = [];
  let last: number | undefined;
  for (const event of events) {
    if (event.k !== 'sample') continue;
    if (last !== undefined && event.t - last > 2 * measures.sampleMs) {
      pauses.push({ from: last + measures.sampleMs, to: event.t });
    }
    last = event.t;
  }
  return pauses;
}

/**
 * The share of time in which processes could not run although they were not stopped: the mean of all, over the whole
 * drill or until its fault, whichever is larger. It shows the other load of the machine.
 */
export function starvedShare({ processes }: Pick<Material, 'processes'>, faultAt = Infinity): number {
  const until = (end: number): number => {
    const shares = processes.flatMap((process) => starvedUntil(process, end));
    return shares.length === 0 ? 0 : shares.reduce((sum, share) => sum + share, 0) / shares.length;
  };
  return Math.max(until(Infinity), until(faultAt));
}

function starvedUntil(process: ProcessHistory, end: number): number[] {
  const samples = process.events.filter(({ k, t }) => k === 'sample' && t < end);
  const [first, last] = [samples[0]?.t, samples.at(-1)?.t];
  if (first === undefined || last === undefined || last === first) return [];
  const stops = stopsOf(process);
  const starvedMs = pausesOf(process)
    .filter(({ to }) => to <= last)
    .reduce((sum, { from, to }) => sum + Math.max(0, to - from - pausedMs(stops, from - measures.sampleMs, to)), 0);
  return [starvedMs / (last - first)];
}

/** How much of the time from `from` to `to` the pauses cover. */
export function pausedMs(pauses: readonly Pause[], from: number, to: number): number {
  return pauses.reduce((sum, pause) => sum + Math.max(0, Math.min(pause.to, to) - Math.max(pause.from, from)), 0);
}

export function add<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

export function groupBy<K, V>(values: Iterable<V>, keyOf: (value: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const value of values) add(groups, keyOf(value), value);
  return groups;
}
