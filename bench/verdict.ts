import { inFlights, measures, pathCounts, type Figures, type MeasureId } from './measures.js';
import type { PeerName } from './peer.js';
import { median, ratios } from './statistics.js';

/** If other processes use more than this, in percent of one CPU, the round is dropped. */
export const MOST_OTHER_PERCENT = 15;
/** If more than this share of rounds is dropped, the bench has no result. */
export const MOST_DROPPED = 0.4;

export interface Round {
  otherPercent: number;
  figures: Partial<Record<PeerName, Figures>>;
}

export interface Sorted {
  kept: Round[];
  dropped: Round[];
}

/** @param noisy keep all rounds although the machine is busy; the figures prove nothing. */
export function sortRounds(rounds: readonly Round[], noisy: boolean): Sorted {
  const isKept = ({ otherPercent }: Round): boolean => noisy || otherPercent <= MOST_OTHER_PERCENT;
  return { kept: rounds.filter(isKept), dropped: rounds.filter((round) => !isKept(round)) };
}

/** True if so many rounds were dropped that the share will exceed the limit even if all `wanted` rounds are kept. */
export function isHopeless({ dropped }: Sorted, wanted: number): boolean {
  return dropped.length / (dropped.length + wanted) > MOST_DROPPED;
}

/** The figure of one peer in each round. */
export function figuresOf(rounds: readonly Round[], peer: PeerName, measure: MeasureId): number[] {
  return rounds.map(({ figures }) => figures[peer]?.[measure] ?? Number.NaN);
}

interface Target {
  /** @default easy-pubsub */
  of?: PeerName;
  measure: MeasureId;
  /** The ratio to this peer; the figure itself without. */
  to?: PeerName;
  atLeast?: number;
  atMost?: number;
}

const loads = pathCounts.flatMap((paths) => inFlights.map((inFlight) => `${inFlight}_${paths}` as const));

/** The targets of easy-pubsub. */
export const targets: readonly Target[] = [
  ...loads.map((load): Target => ({ measure: `rate_${load}`, to: 'tuned', atLeast: 1 })),
  ...pathCounts.flatMap((paths): Target[] => [
    { measure: `cpu_256_${paths}`, to: 'tuned', atMost: 1.1 },
    { measure: `broker_cpu_256_${paths}`, to: 'tuned', atMost: 1.3 },
  ]),
  { measure: 'one_way_rate', to: 'tuned', atLeast: 0.95 },
  { measure: 'rss_worker', to: 'tuned', atMost: 1.15 },
  { measure: 'rate_32_64', to: 'nestjs', atLeast: 10 },
  { measure: 'rate_256_64', to: 'nestjs', atLeast: 10 },
  { measure: 'cpu_256_64', to: 'nestjs', atMost: 1 / 12 },
  { measure: 'dispose', atMost: 50 },
  ...onPlatformatic(
    { measure: 'rate_32_64', atLeast: 0.9 },
    { measure: 'rate_256_64', atLeast: 0.9 },
    { measure: 'cpu_256_64', atMost: 1.3 },
    { measure: 'p99_256_64', atMost: 1.2 },
    { measure: 'one_way_rate', atLeast: 0.9 },
  ),
  { of: 'easy-pubsub-platformatic', measure: 'dispose', atMost: 50 },
];

function onPlatformatic(...limits: readonly Pick<Target, 'measure' | 'atLeast' | 'atMost'>[]): Target[] {
  return limits.map((limit) => ({ ...limit, of: 'easy-pubsub-platformatic', to: 'platformatic' }));
}

export interface Judged {
  of: PeerName;
  title: string;
  to: PeerName | undefined;
  /** One for each kept round. */
  values: number[];
  limit: string;
  reached: boolean;
}

/** Judges the targets whose peers were measured, by the median of the kept rounds. */
export function judge(kept: readonly Round[]): Judged[] {
  return targets.flatMap(({ of = 'easy-pubsub', measure, to, atLeast, atMost }) => {
    const title = measures.find(({ id }) => id === measure)?.title ?? measure;
    const ours = figuresOf(kept, of, measure);
    const values = to === undefined ? ours : ratios(ours, figuresOf(kept, to, measure));
    if (values.length === 0 || values.some(Number.isNaN)) return [];
    const middle = median(values);
    const reached = middle >= (atLeast ?? Number.NEGATIVE_INFINITY) && middle <= (atMost ?? Number.POSITIVE_INFINITY);
    const limit = atLeast === undefined ? `≤ ${round(atMost!)}` : `≥ ${round(atLeast)}`;
    return [{ of, title, to, values, limit, reached }];
  });
}

const round = (value: number): string => String(Math.round(value * 1_000) / 1_000);
