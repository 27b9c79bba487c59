/** One figure of one peer in one round; the report has a row for each. */
export const measures = [
  { id: 'rate_32', title: 'round trips/s, 32 in flight', digits: 0 },
  { id: 'rate_256', title: 'round trips/s, 256 in flight', digits: 0 },
  { id: 'hot_rate_32', title: 'one path: round trips/s, 32 in flight', digits: 0 },
  { id: 'hot_rate_256', title: 'one path: round trips/s, 256 in flight', digits: 0 },
  { id: 'hot_cpu_256', title: 'one path: client CPU µs per round trip, 256', digits: 0 },
  { id: 'hot_broker_cpu_256', title: 'one path: broker CPU µs per round trip, 256', digits: 0 },
  { id: 'p50_1', title: 'one at a time, p50 ms', digits: 2 },
  { id: 'p99_1', title: 'one at a time, p99 ms', digits: 2 },
  { id: 'p99_32', title: '32 in flight, p99 ms', digits: 1 },
  { id: 'p99_256', title: '256 in flight, p99 ms', digits: 1 },
  { id: 'cpu_32', title: 'client CPU µs per round trip, 32', digits: 0 },
  { id: 'cpu_256', title: 'client CPU µs per round trip, 256', digits: 0 },
  { id: 'broker_cpu_32', title: 'broker CPU µs per round trip, 32', digits: 0 },
  { id: 'broker_cpu_256', title: 'broker CPU µs per round trip, 256', digits: 0 },
  { id: 'rss_requester', title: 'peak RSS MiB, requester', digits: 0 },
  { id: 'rss_worker', title: 'peak RSS MiB, worker', digits: 0 },
  { id: 'dispose', title: 'idle dispose s, the slower side', digits: 2 },
] as const;

export type MeasureId = (typeof measures)[number]['id'];

export type Figures = Record<MeasureId, number>;
