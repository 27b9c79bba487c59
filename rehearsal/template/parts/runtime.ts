import { closest } from 'fastest-levenshtein';
import { mistake } from '../../problem.js';
import type { Remarks } from '../remarks.js';
import type { Resource } from '../resolve/resources.js';

/**
 * Lambda's runtimes for Node, the newest last (its API reference, "CreateFunction"; a test compares with the SDK's).
 */
export const nodeRuntimes = [
  'nodejs', 'nodejs4.3', 'nodejs4.3-edge', 'nodejs6.10', 'nodejs8.10', 'nodejs10.x', 'nodejs12.x', 'nodejs14.x',
  'nodejs16.x', 'nodejs18.x', 'nodejs20.x', 'nodejs22.x', 'nodejs24.x', 'nodejs26.x',
] as const; // prettier-ignore

/** Runtimes with which Lambda creates no functions any more (its developer guide, "Lambda runtimes"). */
const retired: readonly string[] = nodeRuntimes.slice(0, nodeRuntimes.indexOf('nodejs16.x'));
const current = nodeRuntimes.slice(retired.length);
const NEWEST = majorOf(nodeRuntimes.at(-1));

/** Whether a runtime is Node's, or was meant to be. */
export function isNode(runtime: string): boolean {
  return /^node/i.test(runtime);
}

/**
 * The runtime of a function. Functions run on the Node that runs this command, whatever it is. If Lambda may not have
 * the runtime, that is remarked.
 *
 * @throws pubsub_error `template_refused` for a string that is not a runtime of Lambda, and will not become one
 */
export function readRuntime({ properties }: Pick<Resource, 'properties'>, remarks: Remarks): string {
  const section = properties.get('Runtime');
  const runtime = section.text();
  const { path } = section;
  const here = 'here it runs on the Node that runs this command';
  if (retired.includes(runtime)) {
    remarks.notModelled(path, `Lambda creates no functions with ${runtime} any more; ${here}`);
    return runtime;
  }
  if (!isNode(runtime) || nodeRuntimes.some((one) => one === runtime)) return runtime;
  if (majorOf(runtime) > NEWEST) {
    remarks.notModelled(path, `${runtime} is not a known runtime: Lambda may not have it; ${here}`);
    return runtime;
  }
  throw mistake(path, `Lambda has no runtime ${runtime}`, `Did you mean ${closest(runtime.toLowerCase(), current)}?`);
}

/** 24 of "nodejs24.x"; NaN for other forms. */
function majorOf(runtime = ''): number {
  return Number(/^nodejs([1-9]\d*)\.x$/.exec(runtime)?.[1] ?? NaN);
}
