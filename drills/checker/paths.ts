import { groupBy, type Facts, type Run } from './facts.js';
import { violation, type Excuses, type Violation } from './material.js';

/** The number of a request on its path: the part of its id after the last slash. */
function numberOf(id: string): number {
  return Number(id.slice(id.lastIndexOf('/') + 1));
}

/** Among first deliveries, the handlers of a path start in the order of the sends. */
export function orderOfPaths({ runs }: Facts, { pathsMoved = false }: Excuses): Violation[] {
  const seen = new Set<string>();
  const last = new Map<string, string>();
  const wrong: string[] = [];
  for (const { id, path: way, partition } of runs) {
    if (seen.has(id)) continue;
    seen.add(id);
    const path = pathsMoved ? `${way} in partition ${partition}` : way;
    const before = last.get(path);
    if (before !== undefined && numberOf(id) < numberOf(before)) {
      wrong.push(`path ${path}: ${id} was first handled after ${before}`);
    }
    last.set(path, id);
  }
  return violation('order of a path', wrong);
}

/**
 * The handlers of one path never run at the same time, in any process. A handler that was running when its process was
 * stopped is an exception, because a client cannot prevent that the operating system stops and resumes it.
 */
export function noOverlap({ runs, stops }: Facts, { pathsMoved = false }: Excuses): Violation[] {
  const isFrozen = ({ worker, begin, end }: Run): boolean =>
    (stops.get(worker) ?? []).some(({ from }) => begin <= from && from <= end);
  const wayOf = ({ path, partition }: Run): string => (pathsMoved ? `${path} in partition ${partition}` : path);
  const wrong: string[] = [];
  for (const [path, ofPath] of groupBy(runs, wayOf)) {
    let longest: Run | undefined;
    for (const run of ofPath) {
      if (isFrozen(run)) continue;
      if (longest !== undefined && run.begin < longest.end) {
        const overlap = Math.round(Math.min(run.end, longest.end) - run.begin);
        wrong.push(
          `path ${path}: ${longest.id} in ${longest.worker} and ${run.id} in ${run.worker} overlap for ${overlap} ms`,
        );
      }
      if (longest === undefined || run.end > longest.end) longest = run;
    }
  }
  return violation('no overlap', wrong);
}
