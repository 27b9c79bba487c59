import { measures } from '../measures.js';
import type { Claims, ProcessHistory } from '../history/events.js';
import { add, type Facts, type Request } from './facts.js';
import { violation, type Material, type Violation } from './material.js';

/** Compares the reported state of a process with the outcomes of requests. */
export interface WrongClaim {
  readonly process: string;
  readonly claim: keyof Claims;
  /** `reports ok`: while requests fail. `reports broken`: while they succeed. */
  readonly kind: 'reports ok' | 'reports broken';
  readonly from: number;
  readonly ms: number;
}

const SLOT_MS = 500;
const claims: readonly (keyof Claims)[] = ['connected', 'state', 'health'];
/** Shares of the requests of a slot. Between the two, neither claim is wrong. */
const FAILING_SHARE = 0.9;
const WORKING_SHARE = 0.95;

/** The number of slots without a request that may separate two slots of the same wrong claim. */
const MOST_UNKNOWN = 4;

type Truth = 'works' | 'fails' | 'mixed';
interface Met {
  works: number;
  fails: number;
}

/** By process and by slot of the request's start: the outcomes of requests. */
type Meetings = Map<string, Map<number, Met>>;

const slotOf = (t: number): number => Math.floor(t / SLOT_MS);

/**
 * The process to which a request's outcome is attributed. A request that failed before it was acknowledged, or although
 * a worker handled it and its reply was written, is attributed to its requester. A request that stayed in a partition
 * is attributed to the worker that claims the partition.
 */
export function meetingsOf(facts: Facts, { processes }: Pick<Material, 'processes'>): Meetings {
  const meetings: Meetings = new Map();
  const met = (process: string, request: Request, as: keyof Met): void => {
    const slots = meetings.get(process) ?? new Map<number, Met>();
    meetings.set(process, slots);
    const slot = slots.get(slotOf(request.begin)) ?? { works: 0, fails: 0 };
    slots.set(slotOf(request.begin), slot);
    slot[as] += 1;
  };
  const owners = ownersOf(processes);
  for (const request of facts.requests.values()) {
    const [end] = request.ends;
    const [run] = facts.runsById.get(request.id) ?? [];
    if (end === undefined) continue;
    if (end.ok) {
      met(request.requester, request, 'works');
      if (run !== undefined) met(run.worker, request, 'works');
      continue;
    }
    const deadline = request.begin + measures.requestTimeoutMs;
    const isReplied = (facts.done.get(request.id) ?? []).some(({ t, replies }) => replies > 0 && t < deadline);
    if (request.ack === undefined || isReplied || ownFault.has(end.code ?? '')) {
      met(request.requester, request, 'fails');
    } else if (run !== undefined && run.begin < deadline) {
      met(run.worker, request, 'fails');
    } else {
      for (const owner of owners(request.ack.partition, request.ack.t, deadline)) met(owner, request, 'fails');
    }
  }
  return meetings;
}

/** The errors of a requester that reports itself as not working. */
const ownFault: ReadonlySet<string> = new Set(['partition_lost', 'no_partition', 'overloaded', 'disposed']);

/** The process that claims a partition for a whole period. */
function ownersOf(processes: readonly ProcessHistory[]): (partition: number, from: number, to: number) => string[] {
  const bySlot = new Map<string, Map<number, ReadonlySet<number>>>();
  for (const { name, role, events } of processes) {
    if (role !== 'worker') continue;
    const slots = new Map<number, ReadonlySet<number>>();
    for (const event of events) if (event.k === 'sample') slots.set(slotOf(event.t), new Set(event.partitions));
    bySlot.set(name, slots);
  }
  return (partition, from, to) =>
    [...bySlot]
      .filter(([, slots]) => {
        for (let slot = slotOf(from) + 1; slot < slotOf(to); slot += 1) {
          if (slots.get(slot)?.has(partition) !== true) return false;
        }
        return true;
      })
      .map(([name]) => name);
}

function truthOf({ works, fails }: Met): Truth {
  const share = works / (works + fails);
  return share <= 1 - FAILING_SHARE ? 'fails' : share >= WORKING_SHARE ? 'works' : 'mixed';
}

/** The claim of a process in each slot; undefined if it made both, or none. */
function claimedOf(process: ProcessHistory, claim: keyof Claims): Map<number, boolean | undefined> {
  const said = new Map<number, boolean[]>();
  for (const event of process.events) {
    if (event.k !== 'sample' || event[claim] === undefined) continue;
    add(said, slotOf(event.t), claim === 'state' ? event.state === 'ready' : (event[claim] ?? false));
  }
  return new Map([...said].map(([slot, all]) => [slot, all.every((one) => one === all[0]) ? all[0] : undefined]));
}

/** Every uninterrupted period in which a claim was wrong, the longest first. */
export function wrongClaimsOf(facts: Facts, material: Pick<Material, 'processes' | 'marks'>): WrongClaim[] {
  const meetings = meetingsOf(facts, material);
  const found: WrongClaim[] = [];
  for (const process of material.processes) {
    const slots = meetings.get(process.name);
    if (slots === undefined) continue;
    for (const claim of claims) found.push(...wrongClaimsOfKind(process, claim, slots));
  }
  return found.sort((one, other) => other.ms - one.ms);
}

function wrongClaimsOfKind(process: ProcessHistory, claim: keyof Claims, met: ReadonlyMap<number, Met>): WrongClaim[] {
  const claimed = claimedOf(process, claim);
  const found: WrongClaim[] = [];
  let open: { kind: WrongClaim['kind']; from: number; to: number } | undefined;
  const close = (): void => {
    if (open !== undefined) {
      const { kind, from, to } = open;
      found.push({ process: process.name, claim, kind, from: from * SLOT_MS, ms: (to - from + 1) * SLOT_MS });
    }
    open = undefined;
  };
  let last: number | undefined;
  for (const slot of [...met.keys()].sort((a, b) => a - b)) {
    // If there was no request for a long time, for example because the process was stopped, nothing is known.
    if (last !== undefined && slot - last > MOST_UNKNOWN) close();
    last = slot;
    const said = claimed.get(slot);
    const truth = truthOf(met.get(slot)!);
    const kind =
      said === true && truth === 'fails'
        ? 'reports ok'
        : said === false && truth === 'works'
          ? 'reports broken'
          : undefined;
    if (kind === undefined) {
      close();
    } else if (open?.kind === kind) {
      open.to = slot;
    } else {
      close();
      open = { kind, from: slot, to: slot };
    }
  }
  close();
  return found;
}

/** The longest time for which a claim may be wrong without a break. */
const LIMIT_MS = measures.sessionTimeoutMs + measures.wrongClaimGraceMs;
const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

/**
 * The most that a claim of each kind was wrong within any window of `measures.claimWindowMs`. A slot that is right,
 * mixed or unknown ends a period, so that a state that flaps has no long one.
 */
function flappingClaims(wrong: readonly WrongClaim[]): WrongClaim[] {
  const kinds = new Map<string, WrongClaim[]>();
  for (const one of wrong) add(kinds, `${one.process} ${one.claim} ${one.kind}`, one);
  return [...kinds.values()].map((periods) => {
    // The window in which it is wrong for the longest begins with a period, or ends with one.
    const starts = periods.flatMap(({ from, ms }) => [from, from + ms - measures.claimWindowMs]);
    const within = (start: number): number => {
      let sum = 0;
      for (const { from, ms } of periods)
        sum += Math.max(0, Math.min(from + ms, start + measures.claimWindowMs) - Math.max(from, start));
      return sum;
    };
    const worst = starts.reduce((most, start) => (within(start) > within(most) ? start : most));
    return { ...periods[0]!, from: worst, ms: within(worst) };
  });
}

export function truth(facts: Facts, material: Material): Violation[] {
  const words = { connected: 'is_connected()', state: 'status.state', health: 'health()' };
  const wrong = wrongClaimsOf(facts, material);
  const sentence = ({ process, claim, kind }: WrongClaim, time: string): string =>
    `${process}: ${words[claim]} ${kind} for ${time} while requests ${kind === 'reports ok' ? 'fail' : 'succeed'}`;
  const long = wrong.filter(({ ms }) => ms > LIMIT_MS);
  const isLong = (one: WrongClaim): boolean =>
    long.some(({ process, claim, kind }) => process === one.process && claim === one.claim && kind === one.kind);
  const window = seconds(measures.claimWindowMs);
  return violation('truth', [
    ...long.map((one) => sentence(one, `${seconds(one.ms)} s`)),
    ...flappingClaims(wrong)
      .filter((one) => one.ms > measures.wrongInWindowMs && !isLong(one))
      .map((one) => sentence(one, `${seconds(one.ms)} of ${window} s, with breaks,`)),
  ]);
}
