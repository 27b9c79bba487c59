/** The loads of the standard bench: requests in flight, and the paths that they are spread over. */
export const inFlights = [1, 32, 256] as const;
export const pathCounts = [1, 64, 4_096] as const;

type InFlight = (typeof inFlights)[number];
type Paths = (typeof pathCounts)[number];
/** What is measured of each load. */
export type LoadMeasure = 'rate' | 'p50' | 'p99' | 'cpu' | 'broker_cpu';

export type LoadMeasureId = `${LoadMeasure}_${InFlight}_${Paths}`;
export type OtherMeasureId =
  'one_way_rate' | 'one_way_cpu' | 'one_way_broker_cpu' | 'rss_requester' | 'rss_worker' | 'dispose';
export type MeasureId = LoadMeasureId | OtherMeasureId;

/** The figures of one peer in one round. Peers that are not measured one way have no figures for that. */
export type Figures = Partial<Record<MeasureId, number>>;

/** One row of the report. */
export interface Measure {
  readonly id: MeasureId;
  readonly title: string;
  readonly digits: number;
}

const onPaths = { 1: 'one path', 64: '64 paths', 4096: '4096 paths' } as const;

function ofLoads(
  measure: LoadMeasure,
  title: string,
  digits: number,
  loads: readonly (readonly [InFlight, Paths])[],
): Measure[] {
  return loads.map(([inFlight, paths]) => ({
    id: `${measure}_${inFlight}_${paths}`,
    title: `${title}, ${inFlight} in flight, ${onPaths[paths]}`,
    digits,
  }));
}

const all = pathCounts.flatMap((paths) => inFlights.map((inFlight) => [inFlight, paths] as const));
const many = pathCounts.map((paths) => [256, paths] as const);

export const measures: readonly Measure[] = [
  ...ofLoads('rate', 'round trips/s', 0, all),
  ...ofLoads('p50', 'p50 ms', 2, [[1, 64]]),
  ...ofLoads('p99', 'p99 ms', 1, [[1, 64], [32, 64], ...many]),
  ...ofLoads('cpu', 'client CPU µs per round trip', 0, [[32, 64], ...many]),
  ...ofLoads('broker_cpu', 'broker CPU µs per round trip', 0, [[32, 64], ...many]),
  { id: 'one_way_rate', title: 'one way, frames/s', digits: 0 },
  { id: 'one_way_cpu', title: 'one way, client CPU µs per frame', digits: 0 },
  { id: 'one_way_broker_cpu', title: 'one way, broker CPU µs per frame', digits: 0 },
  { id: 'rss_requester', title: 'peak RSS MiB, requester', digits: 0 },
  { id: 'rss_worker', title: 'peak RSS MiB, worker', digits: 0 },
  { id: 'dispose', title: 'idle dispose ms, the slower side', digits: 0 },
];
