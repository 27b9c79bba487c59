import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { check, type Verdict } from '../../../drills/checker/check.js';
import { starvedShare } from '../../../drills/checker/facts.js';
import type { Invariant } from '../../../drills/checker/material.js';
import type { Claims, Stamped } from '../../../drills/history/events.js';
import { measures } from '../../../drills/measures.js';
import {
  failing,
  FAULT_AT,
  goodStory,
  HEALED_AT,
  LOAD_FROM,
  LOAD_UNTIL,
  materialOf,
  processesOf,
  sampled,
  shapes,
  type Draft,
  type Story,
} from './story.js';

const LIMIT_MS = measures.sessionTimeoutMs + measures.wrongClaimGraceMs;

function judge(story: Story): Verdict {
  return check(materialOf(story));
}

function found(story: Story): Invariant[] {
  return [...new Set(judge(story).violations.map(({ invariant }) => invariant))];
}

/** In any good story, this spoils that one thing; `also` may be spoilt with it. */
function plants(
  invariant: Invariant,
  spoil: (story: Story, pick: (count: number) => number) => void,
  also: readonly Invariant[] = [],
): void {
  fc.assert(
    fc.property(shapes, fc.nat(), (shape, chance) => {
      const story = goodStory(shape);
      spoil(story, (count) => chance % count);
      const seen = found(story);
      expect(seen).toContain(invariant);
      expect([invariant, ...also]).toEqual(expect.arrayContaining(seen));
    }),
    { numRuns: 25 },
  );
}

/** Events of one kind after the fault, with the process that wrote them. */
function eventsOf<K extends Stamped['k']>(story: Story, k: K): { draft: Draft; event: Extract<Stamped, { k: K }> }[] {
  return [...story.processes.values()].flatMap((draft) =>
    draft.events.flatMap((event) =>
      event.k === k && event.t > FAULT_AT && event.t < LOAD_UNTIL - measures.calmMs
        ? [{ draft, event: event as Extract<Stamped, { k: K }> }]
        : [],
    ),
  );
}

function replace(draft: Draft, event: Stamped, by: readonly Stamped[]): void {
  draft.events.splice(draft.events.indexOf(event), 1, ...by);
  draft.events.sort((one, other) => one.t - other.t);
}

/** In the whole load, this is claimed in so many slots, and the truth in the next one. */
function flapping(draft: Draft, slots: number, claims: Claims): void {
  const slotMs = 500;
  for (let t = LOAD_FROM; t < LOAD_UNTIL; t += (slots + 1) * slotMs) sampled(draft, t, t + slots * slotMs, claims);
}

test('a history without a violation is green, whatever its shape', () => {
  fc.assert(
    fc.property(shapes, (shape) => {
      const verdict = judge(goodStory(shape));
      expect(verdict.violations).toEqual([]);
      expect(verdict).toMatchObject({ recoveryMs: 0, duplicates: 0, longestWrongClaim: undefined });
      expect(verdict.succeeded).toBe(verdict.requests);
    }),
    { numRuns: 50 },
  );
});

describe('the checker finds the planted violation and no other:', () => {
  test('a request with two outcomes', () =>
    plants('one outcome', (story, pick) => {
      const ends = eventsOf(story, 'end');
      const { draft, event } = ends[pick(ends.length)]!;
      replace(draft, event, [event, { ...event, t: event.t + 1 }]);
    }));

  test('a request without an outcome', () =>
    plants('one outcome', (story, pick) => {
      const ends = eventsOf(story, 'end');
      const { draft, event } = ends[pick(ends.length)]!;
      replace(draft, event, []);
    }));

  test('an outcome past its deadline', () =>
    plants('deadline', (story, pick) => {
      const begins = eventsOf(story, 'begin').filter(({ event }) => event.t < LOAD_UNTIL - 10_000);
      const { draft, event: begin } = begins[pick(begins.length)]!;
      const end = draft.events.find((event) => event.k === 'end' && event.id === begin.id)!;
      const t = begin.t + measures.requestTimeoutMs + measures.deadlineSlackMs + 1;
      replace(draft, end, [{ ...end, t }]);
    }));

  test('a reply to another request', () =>
    plants('own reply', (story, pick) => {
      const ends = eventsOf(story, 'end');
      const { draft, event } = ends[pick(ends.length)]!;
      replace(draft, event, [{ k: 'end', id: event.id, ok: true, reply: `${event.id}0`, t: event.t, w: event.w }]);
    }));

  test('an answer to a request that was not handled', () =>
    plants('nothing lost', (story, pick) => {
      const handles = eventsOf(story, 'handle');
      const { draft, event } = handles[pick(handles.length)]!;
      replace(draft, event, []);
    }));

  test('a one-way frame that was acknowledged and never handled', () =>
    plants('nothing lost', (story, pick) => {
      const requesters = processesOf(story, 'requester');
      const [name, draft] = requesters[pick(requesters.length)]!;
      const id = `${name}/100/1`;
      draft.events.push({ k: 'note', id, path: '0.100', t: HEALED_AT, w: 0 });
      draft.events.push({ k: 'noted', id, partition: 0, offset: 100_000, t: HEALED_AT + 5, w: 0 });
      story.readings.records = new Map([...story.readings.records, ['0:100000', id]]);
    }));

  test('a valid record of the drill that was never handled', () =>
    plants('nothing lost', (story) => {
      story.readings.planted = ['planted/x-0/1'];
    }));

  test('frames of a path in another order', () =>
    plants(
      'order of a path',
      (story, pick) => {
        const handles = eventsOf(story, 'handle').filter(({ event }) => !event.id.endsWith('/0'));
        const { draft, event } = handles[pick(handles.length)]!;
        // As if the one that was sent before it had come after it.
        const slash = event.id.lastIndexOf('/') + 1;
        const before = `${event.id.slice(0, slash)}${Number(event.id.slice(slash)) - 1}`;
        for (const other of story.processes.values()) {
          other.events = other.events.map((one) =>
            one.k === 'handle' && one.id === before ? { ...one, id: event.id, offset: event.offset } : one,
          );
        }
        replace(draft, event, [{ ...event, id: before }]);
      },
      ['nothing lost'],
    ));

  test('overlapping handlers of a path in two processes', () =>
    plants('no overlap', (story, pick) => {
      const handles = eventsOf(story, 'handle');
      const { event } = handles[pick(handles.length)]!;
      const other: Draft = { role: 'worker', events: [], outside: [], stderr: '' };
      other.events.push({ ...event, run: 1, t: event.t + 0.5 }, { k: 'handled', run: 1, t: event.t + 3, w: 0 });
      other.events.push({ k: 'life', what: 'disposed', left: [], t: LOAD_UNTIL, w: 0 });
      story.processes.set('worker-9', other);
    }));

  test('an acknowledged position that holds another record', () =>
    plants('true positions', (story, pick) => {
      const acks = eventsOf(story, 'ack');
      const { event } = acks[pick(acks.length)]!;
      story.readings.records = new Map([...story.readings.records, [`${event.partition}:${event.offset}`, 'other']]);
    }));

  test('failures before the fault', () =>
    plants('steady', (story) => {
      for (const [, draft] of processesOf(story, 'requester')) {
        draft.events = draft.events.map((event) =>
          event.k === 'end' && event.t < FAULT_AT - 1_000
            ? { k: 'end', id: event.id, ok: false, code: 'x', message: '', t: event.t, w: 0 }
            : event,
        );
      }
    }));

  test('requests that succeed again only after the limit', () =>
    plants('recovery', (story) => {
      failing(story, FAULT_AT, HEALED_AT + measures.recoveryAfterHealMs - 3_000, { acked: false });
      for (const draft of story.processes.values()) sampled(draft, FAULT_AT, HEALED_AT + 7_000, { connected: false });
    }));

  test('requests that never succeed again', () =>
    plants(
      'recovery',
      (story) => {
        failing(story, FAULT_AT, LOAD_UNTIL, { acked: false });
        for (const draft of story.processes.values()) sampled(draft, FAULT_AT, LOAD_UNTIL, { connected: false });
      },
      ['all work again'],
    ));

  test('requests that do not succeed again within the limit after the start of the fault', () =>
    plants('recovery', (story) => {
      story.excuses = { recoveryAfterFaultMs: 1_000 };
      failing(story, FAULT_AT, FAULT_AT + 3_000, { acked: false });
    }));

  test('a worker that does nothing at the end', () =>
    plants('all work again', (story) => {
      const idle: Draft = { role: 'worker', events: [], outside: [], stderr: '' };
      idle.events.push({ k: 'life', what: 'loaded', t: LOAD_FROM, w: 0 });
      idle.events.push({ k: 'life', what: 'disposed', left: [], t: LOAD_UNTIL + 1_000, w: 0 });
      story.processes.set('worker-9', idle);
    }));

  const claims = [
    ['is_connected()', { connected: true }, { connected: false }],
    ['status.state', { state: 'ready' }, { state: 'rebalancing' }],
    ['health()', { health: true }, { health: false }],
  ] as const;

  test.each(claims)('%s that reports ok while requests fail', (_name, well) =>
    plants(
      'truth',
      (story) => {
        failing(story, FAULT_AT, FAULT_AT + LIMIT_MS + 1_500, { acked: false });
        for (const draft of story.processes.values()) sampled(draft, FAULT_AT, LOAD_UNTIL, well);
      },
      ['recovery'],
    ),
  );

  test.each(claims)('%s that reports a failure while requests succeed', (_name, _well, ill) =>
    plants('truth', (story) => {
      for (const draft of story.processes.values()) sampled(draft, FAULT_AT, FAULT_AT + LIMIT_MS + 1_500, ill);
    }),
  );

  test.each(claims)('%s that is wrong four times of five, although never for long', (_name, _well, ill) =>
    plants('truth', (story) => {
      for (const draft of story.processes.values()) flapping(draft, 4, ill);
    }),
  );

  test('a worker that reports ok while records in its partitions are not handled', () =>
    plants('truth', (story) => failing(story, FAULT_AT, FAULT_AT + LIMIT_MS + 1_500, { acked: true }), ['recovery']));

  test('anything that is left behind', () => {
    const remains: ((story: Story, draft: Draft) => void)[] = [
      (story) => (story.readings.membersLeft = { workers: 1 }),
      (story) => (story.readings.lag = 3),
      (_, draft) => (draft.stderr = '(node:1) TimeoutNegativeWarning: -5 is a negative number.'),
      (_, draft) => draft.outside.splice(-1, 1, { t: LOAD_UNTIL + 9_000, what: 'forced' }),
      (_, draft) => draft.outside.splice(-1, 1, { t: LOAD_UNTIL + 9_000, what: 'exited', code: 1 }),
      (_, draft) => {
        draft.events = draft.events.map((event) =>
          event.k === 'life' && event.what === 'disposed' ? { ...event, left: ['TCPSocketWrap'] } : event,
        );
      },
      (_, draft) => {
        draft.events = draft.events.filter((event) => event.k !== 'life' || event.what !== 'disposed');
      },
    ];
    for (const leave of remains) {
      plants('nothing left behind', (story, pick) => {
        const drafts = [...story.processes.values()];
        leave(story, drafts[pick(drafts.length)]!);
      });
    }
  });
});

test('the checker measures how long processes could not run, except those that were stopped', () => {
  const story = goodStory({ requesters: 1, workers: 1, paths: 2, delays: [3] });
  expect(starvedShare(materialOf(story))).toBe(0);
  const [one, other] = [...story.processes.values()] as [Draft, Draft];
  const isSampledIn = (event: Stamped, from: number, to: number): boolean =>
    event.k === 'sample' && event.t > from && event.t < to;
  const lengthMs = LOAD_UNTIL + measures.requestTimeoutMs - LOAD_FROM;
  one.events = one.events.filter((event) => !isSampledIn(event, FAULT_AT, FAULT_AT + 5_000));
  expect(starvedShare(materialOf(story))).toBeCloseTo(5_000 / lengthMs / 2, 1);
  other.events = other.events.filter((event) => !isSampledIn(event, FAULT_AT, FAULT_AT + 5_000));
  other.outside.unshift({ t: FAULT_AT + 50, what: 'stopped' }, { t: FAULT_AT + 4_950, what: 'continued' });
  expect(starvedShare(materialOf(story))).toBeCloseTo(5_000 / lengthMs / 2, 1);
});

describe('the checker accepts', () => {
  const shape = { requesters: 2, workers: 2, paths: 4, delays: [3, 7] };

  test('a request of a process that was killed', () => {
    const story = goodStory(shape);
    const [, draft] = processesOf(story, 'requester')[0]!;
    draft.events = draft.events
      .filter(({ t }) => t < HEALED_AT)
      .filter(({ k, t }) => k !== 'end' || t < HEALED_AT - 10);
    draft.outside = [{ t: HEALED_AT, what: 'killed' }];
    expect(found(story)).toEqual([]);
  });

  test('a handler that was running when its process was stopped', () => {
    const story = goodStory({ ...shape, requesters: 1, workers: 2, paths: 2 });
    const [[, owner], [, other]] = processesOf(story, 'worker') as [[string, Draft], [string, Draft]];
    const { event } = eventsOf(story, 'handle')[0]!;
    owner.outside.unshift({ t: event.t + 0.5, what: 'stopped' }, { t: event.t + 4_000, what: 'continued' });
    const end = owner.events.find((one) => one.k === 'handled' && one.run === event.run)!;
    replace(owner, end, [{ ...end, t: event.t + 4_010 }]);
    expect(found(story)).toEqual([]);
    // One that begins after the thaw is not.
    const { event: later } = eventsOf(story, 'handle').find(({ event: one }) => one.t > event.t + 4_000)!;
    other.events.push(
      { ...later, run: 1_000_000, t: later.t + 0.5 },
      { k: 'handled', run: 1_000_000, t: later.t + 5, w: 0 },
    );
    expect(found(story)).toEqual(['no overlap']);
  });

  test('frames of one path in two partitions, after partitions were added', () => {
    const story = goodStory({ ...shape, requesters: 1, workers: 2, paths: 2 });
    const [[, other]] = processesOf(story, 'worker') as [[string, Draft]];
    const { event } = eventsOf(story, 'handle').find(({ draft }) => draft !== other)!;
    const moved = { ...event, run: 1_000_000, partition: 7 };
    other.events.push({ ...moved, t: event.t + 0.5 }, { k: 'handled', run: 1_000_000, t: event.t + 5, w: 0 });
    expect(found(story)).toEqual(['no overlap']);
    story.excuses = { pathsMoved: true };
    expect(found(story)).toEqual([]);
    moved.partition = event.partition;
    other.events.push({ ...moved, t: event.t + 6 }, { k: 'handled', run: 1_000_000, t: event.t + 9, w: 0 });
    expect(found(story)).toEqual(['no overlap']);
  });

  test('an outcome that was late because the process could not run', () => {
    const story = goodStory({ ...shape, requesters: 1 });
    const [, draft] = processesOf(story, 'requester')[0]!;
    const begin = draft.events.find((event) => event.k === 'begin' && event.t > FAULT_AT)!;
    const end = draft.events.find((event) => event.k === 'end' && 'id' in begin && event.id === begin.id)!;
    const t = begin.t + measures.requestTimeoutMs + 3_000;
    replace(draft, end, [{ ...end, t }]);
    expect(found(story)).toEqual(['deadline']);
    draft.events = draft.events.filter((event) => event.k !== 'sample' || event.t < begin.t || event.t > t);
    expect(found(story)).toEqual([]);
  });

  test('the loss of frames that were acknowledged before the log was deleted', () => {
    const story = goodStory(shape);
    const [name, draft] = processesOf(story, 'requester')[0]!;
    draft.events.push({ k: 'note', id: `${name}/100/1`, path: '0.100', t: HEALED_AT - 10, w: 0 });
    draft.events.push({ k: 'noted', id: `${name}/100/1`, partition: 0, offset: 9_999, t: HEALED_AT - 5, w: 0 });
    expect(found(story)).toEqual(['nothing lost', 'true positions']);
    story.excuses = { lostUntil: HEALED_AT };
    expect(found(story)).toEqual([]);
  });

  test('a state that is wrong for no longer than the session time-out', () => {
    const story = goodStory(shape);
    for (const draft of story.processes.values())
      sampled(draft, FAULT_AT, FAULT_AT + LIMIT_MS - 500, { connected: false });
    expect(found(story)).toEqual([]);
    expect(judge(story).longestWrongClaim).toMatchObject({ kind: 'reports broken', claim: 'connected' });
  });

  test('a state that flaps, and is wrong for two thirds of 20 s', () => {
    const story = goodStory(shape);
    for (const draft of story.processes.values()) flapping(draft, 2, { connected: false });
    expect(found(story)).toEqual([]);
    expect(judge(story).longestWrongClaim).toMatchObject({ kind: 'reports broken', ms: 1_000 });
  });

  test('failures while the fault is being ended, after requests had succeeded again', () => {
    const story = goodStory(shape);
    story.excuses = { recoveryAfterFaultMs: 1_000 };
    failing(story, HEALED_AT - 1_500, HEALED_AT - 300, { acked: false });
    // Their outcomes come after the fault; what shows before its end is that none come.
    for (const draft of story.processes.values()) sampled(draft, FAULT_AT, LOAD_UNTIL, { connected: true });
    expect(judge(story).recoveryAfterFaultMs).toBeGreaterThan(1_000);
    story.marks = { ...story.marks, mendedFrom: HEALED_AT - 1_500 };
    expect(judge(story).recoveryAfterFaultMs).toBe(0);
  });

  test('failures before and after a period in which the process was stopped', () => {
    const story = goodStory({ ...shape, requesters: 1 });
    const [name, draft] = processesOf(story, 'requester')[0]!;
    failing(story, FAULT_AT, FAULT_AT + 500, { acked: false });
    failing(story, FAULT_AT + LIMIT_MS + 1_000, FAULT_AT + LIMIT_MS + 1_500, { acked: false });
    expect(judge(story).longestWrongClaim).toMatchObject({ process: name, ms: 500 });
    // Nothing was begun meanwhile.
    draft.events = draft.events.filter(({ t }) => t < FAULT_AT + 500 || t >= FAULT_AT + LIMIT_MS + 1_000);
    expect(judge(story).longestWrongClaim).toMatchObject({ process: name, ms: 500 });
  });

  test('failures after the end of the fault, if requests had succeeded again during it', () => {
    const story = goodStory(shape);
    story.excuses = { recoveryAfterFaultMs: 3_000 };
    failing(story, HEALED_AT, HEALED_AT + 1_000, { acked: false });
    const { recoveryMs, recoveryAfterFaultMs, violations } = judge(story);
    expect(violations).toEqual([]);
    expect(recoveryAfterFaultMs).toBe(0);
    expect(recoveryMs).toBeGreaterThan(5_000);
  });
});
