import * as fc from 'fast-check';
import type { Claims, Outside, ProcessHistory, Stamped } from '../../../drills/history/events.js';
import type { Excuses, Marks, Material, Readings } from '../../../drills/checker/material.js';
import { measures } from '../../../drills/measures.js';

/** Histories of a drill in which nothing is wrong, for tests to spoil. */
export interface Story {
  marks: Marks;
  excuses: Excuses;
  readings: { -readonly [K in keyof Readings]: Readings[K] };
  processes: Map<string, Draft>;
}

export interface Draft {
  role: ProcessHistory['role'];
  events: Stamped[];
  outside: Outside[];
  stderr: string;
}

export interface Shape {
  requesters: number;
  workers: number;
  paths: number;
  /** Milliseconds from a request to its handler, and from there to its end; each below the deadline's half. */
  delays: readonly number[];
}

export const shapes: fc.Arbitrary<Shape> = fc
  .record({
    requesters: fc.integer({ min: 1, max: 3 }),
    workers: fc.integer({ min: 1, max: 3 }),
    paths: fc.integer({ min: 1, max: 5 }),
    delays: fc.array(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 20 }),
  })
  // Each worker has a path to work on.
  .map((shape) => ({ ...shape, workers: Math.min(shape.workers, shape.requesters * shape.paths) }));

export const LOAD_FROM = 10_000;
export const FAULT_AT = 14_000;
export const HEALED_AT = 18_000;
export const LOAD_UNTIL = 30_000;
const END_AT = 31_000;
const PARTITIONS = 6;
/** A drill has so many times as many requests: no rule of the checker depends on their number. */
const SPARSENESS = 4;

/** Everything is answered at once, by the worker that owns the partition of its path. */
export function goodStory({ requesters, workers, paths, delays }: Shape): Story {
  const processes = new Map<string, Draft>();
  const records = new Map<string, string>();
  const draftOf = (name: string, role: Draft['role']): Draft => {
    const draft: Draft = { role, events: [], outside: [], stderr: '' };
    processes.set(name, draft);
    return draft;
  };
  for (let w = 0; w < workers; w += 1) draftOf(`worker-${w}`, 'worker');
  const offsets = Array.from({ length: PARTITIONS }, () => 0);
  const gap = SPARSENESS * (1_000 / measures.requestsPerSecond);
  let run = 0;
  let turn = 0;
  for (let r = 0; r < requesters; r += 1) {
    const requester = draftOf(`requester-${r}`, 'requester');
    requester.events.push({ k: 'life', what: 'loaded', t: LOAD_FROM, w: LOAD_FROM });
    for (let t = LOAD_FROM, n = 0; t < LOAD_UNTIL - 100; t += gap, n += 1) {
      const path = n % paths;
      const id = `requester-${r}/${path}/${Math.floor(n / paths)}`;
      const partition = (r * paths + path) % PARTITIONS;
      const offset = (offsets[partition]! += 1);
      records.set(`${partition}:${offset}`, id);
      const wait = delays[turn++ % delays.length]!;
      const work = gap / 2 - 15 > 1 ? 10 : 1;
      const worker = processes.get(`worker-${partition % workers}`)!;
      requester.events.push({ k: 'begin', id, path: `${r}.${path}`, t, w: t });
      requester.events.push({ k: 'ack', id, partition, offset, t: t + 1, w: t });
      const place = { id, path: `requester-${r}/${path}`, partition, offset };
      worker.events.push({ k: 'handle', run: ++run, ...place, t: t + wait, w: t });
      worker.events.push({ k: 'handled', run, t: t + wait + work, w: t });
      worker.events.push({ k: 'done', id, as: 'handled', replies: 1, t: t + wait + work + 1, w: t });
      requester.events.push({ k: 'end', id, ok: true, reply: id, t: t + wait + work + 2, w: t });
    }
  }
  for (const [name, draft] of processes) {
    const number = Number(name.split('-')[1]);
    const owned = Array.from({ length: PARTITIONS }, (_, p) => p).filter((p) => p % workers === number);
    if (draft.role === 'worker') draft.events.push({ k: 'life', what: 'loaded', t: LOAD_FROM, w: LOAD_FROM });
    // Until the last request that may still be open has had its deadline.
    sampled(
      draft,
      LOAD_FROM,
      LOAD_UNTIL + measures.requestTimeoutMs,
      { connected: true, state: 'ready', health: true },
      owned,
    );
    draft.events.push({ k: 'life', what: 'disposed', left: [], t: END_AT, w: END_AT });
    draft.events.sort((one, other) => one.t - other.t);
    draft.outside.push({ t: END_AT - 100, what: 'leaving' }, { t: END_AT + 100, what: 'exited', code: 0 });
  }
  return {
    marks: { loadFrom: LOAD_FROM, faultAt: FAULT_AT, healedAt: HEALED_AT, loadUntil: LOAD_UNTIL },
    excuses: {},
    readings: { membersLeft: { workers: 0, requesters: 0 }, lag: 0, records, planted: [] },
    processes,
  };
}

export function materialOf({ marks, excuses, readings, processes }: Story): Material {
  return {
    marks,
    excuses,
    readings,
    processes: [...processes].map(([name, { role, events, outside, stderr }]) => ({
      name,
      role,
      events,
      outside,
      stderr,
    })),
  };
}

export function processesOf(story: Story, role: Draft['role']): [string, Draft][] {
  return [...story.processes].filter(([, draft]) => draft.role === role);
}

/** Replaces what a process says of itself in a time. */
export function sampled(draft: Draft, from: number, to: number, claims: Claims, partitions?: readonly number[]): void {
  const owned =
    partitions ?? draft.events.flatMap((event) => (event.k === 'sample' ? [event.partitions] : []))[0] ?? [];
  draft.events = draft.events.filter((event) => event.k !== 'sample' || event.t < from || event.t >= to);
  for (let t = from; t < to; t += measures.sampleMs) {
    draft.events.push({ k: 'sample', partitions: owned, ...claims, t, w: t });
  }
  draft.events.sort((one, other) => one.t - other.t);
}

/** The requests that were begun in a time fail, unhandled and at their deadlines. */
export function failing(story: Story, from: number, to: number, options: { acked: boolean; only?: string }): void {
  const failed = new Set<string>();
  for (const [name, draft] of processesOf(story, 'requester')) {
    if (options.only !== undefined && options.only !== name) continue;
    for (const event of draft.events) if (event.k === 'begin' && event.t >= from && event.t < to) failed.add(event.id);
  }
  const runs = new Set<number>();
  for (const draft of story.processes.values()) {
    const begun = new Map<string, number>();
    draft.events = draft.events.flatMap((event): Stamped[] => {
      if (event.k === 'begin') begun.set(event.id, event.t);
      if (event.k === 'handle' && failed.has(event.id)) runs.add(event.run);
      if ('run' in event && runs.has(event.run)) return [];
      if (event.k === 'done' && failed.has(event.id)) return [];
      if (event.k === 'ack' && failed.has(event.id) && !options.acked) return [];
      if (event.k === 'end' && failed.has(event.id)) {
        const t = begun.get(event.id)! + measures.requestTimeoutMs;
        return [{ k: 'end', id: event.id, ok: false, code: 'deadline_exceeded', message: '', t, w: t }];
      }
      return [event];
    });
    draft.events.sort((one, other) => one.t - other.t);
  }
}
