import { mistake, Problems } from '../../problem.js';
import type { Remarks } from '../remarks.js';
import type { Section } from '../resolve/section.js';

/** Names of variables that Lambda sets itself (its developer guide, "Defined runtime environment variables"). */
const reserved: ReadonlySet<string> = new Set([
  '_HANDLER', '_X_AMZN_TRACE_ID', 'AWS_ACCESS_KEY', 'AWS_ACCESS_KEY_ID', 'AWS_DEFAULT_REGION', 'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_FUNCTION_NAME', 'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE', 'AWS_LAMBDA_LOG_GROUP_NAME', 'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_RUNTIME_API', 'AWS_REGION', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
]); // prettier-ignore

/** The limit for all variables of a function together, names included (Lambda quotas). */
const MOST_BYTES = 4_096;

/**
 * Refuses variables with which Lambda does not create a function. A name that Lambda does not accept is only
 * remarked, because a process on this machine can have it.
 *
 * @throws pubsub_error `template_refused` for all of them at once
 */
export function checkVariables(
  variables: readonly { readonly name: string; readonly value: string; readonly path: string }[],
  path: string,
  remarks: Remarks,
): void {
  const problems = new Problems();
  for (const { name, path: at } of variables) {
    if (reserved.has(name)) {
      problems.add(mistake(at, 'is a name that Lambda reserves: it sets the variable itself'));
    } else if (!/^[A-Za-z]\w+$/.test(name)) {
      const rule = 'names are a letter and at least one more letter, digit or underscore';
      remarks.notModelled(at, `Lambda refuses this name, and here the function gets it: ${rule}`);
    }
  }
  const bytes = Buffer.byteLength(variables.map(({ name, value }) => `${name}${value}`).join(''));
  if (bytes > MOST_BYTES) problems.add(mistake(path, `has ${bytes} bytes, and Lambda accepts ${MOST_BYTES}`));
  problems.throwIfAny();
}

/** @throws pubsub_error `template_refused` for a number that Lambda does not accept */
export function numberWithin(section: Section, otherwise: number, least: number, most: number): number {
  const value = section.numberOr(otherwise);
  if (value >= least && value <= most) return value;
  throw mistake(section.path, `${value} is not from ${least} to ${most}, and Lambda refuses it`);
}
