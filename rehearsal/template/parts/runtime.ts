import { closest } from 'fastest-levenshtein';
import { mistake } from '../../problem.js';
import type { Remarks } from '../remarks.js';
import type { Resource } from '../resolve/resources.js';

/** Lambda's runtimes for Node, the newest last (its API reference, "CreateFunction"; a test compares with the SDK's). */
export const nodeRuntimes = [
  'nodejs', 'nodejs4.3', 'nodejs4.3-edge', 'nodejs6.10', 'nodejs8.10', 'nodejs10.x', 'nodejs12.x', 'nodejs14.x',
  'nodejs16.x', 'nodejs18.x', 'nodejs20.x', 'nodejs22.x', 'nodejs24.x', 'nodejs26.x',
] as const; // prettier-ignore

/** Those with which Lambda creates no function any more (its developer guide, "Lambda runtimes"). */
const retired: readonly string[] = nodeRuntimes.slice(0, nodeRuntimes.indexOf('nodejs16.x'));
const current = nodeRuntimes.slice(retired.length);
const NEWEST = majorOf(nodeRuntimes.at(-1));

/** Whether a runtime is Node's, or is meant to be. */
export function isNode(runtime: string): boolean {
  return /^node/i.test(runtime);
}

/**
 * A function's runtime. Functions run on the Node that runs the command, whatever it is: where Lambda may not have it,
 * that is said.
 *
 * @throws pubsub_error `template_refused` for what is no runtime of Lambda's, and will not be one
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
    remarks.notModelled(path, `${runtime} is not a runtime that is known here: Lambda may not have it; ${here}`);
    return runtime;
  }
  throw mistake(path, `Lambda has no runtime ${runtime}`, `Did you mean ${closest(runtime.toLowerCase(), current)}?`);
}

/** 24 of "nodejs24.x"; NaN for what is not of this form. */
function majorOf(runtime = ''): number {
  return Number(/^nodejs([1-9]\d*)\.x$/.exec(runtime)?.[1] ?? NaN);
}
