import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stackOutputs } from '../../lib/naming.js';
import { functionNames, type FunctionName } from '../../lambda/functions.js';
import { listGrants, loadTemplate, readTemplate, removeAction, takePlace, type Grant } from '../../rehearsal/index.js';
import type { GivenOptions, StackModel } from '../../rehearsal/index.js';
import { pubsub_error } from '../../src/base/error.js';
import { rowFile, type RemovedRight, type RowAnswer } from './rows.js';

export interface DrawOptions {
  /** The template's file, in a folder that may be written to. */
  readonly template: string;
  readonly stackName: string;
  /** Its assumed place, and values that it does not have. @default as the template and the files beside it say */
  readonly given: GivenOptions;
  readonly seed: string;
}

/** The share of rows with an unchanged template. */
const CONTROLS = 0.1;

/**
 * Writes one template for each right of a function, without that right, and some unchanged ones, in an order
 * that the seed decides. They are in the folder of the template, whose assets they share.
 *
 * @returns the changes, for the comparison; the process that judges the rows only gets the templates
 * @throws pubsub_error `template_refused`
 */
export function drawRows({ template: templateFile, stackName, given, seed }: DrawOptions): RowAnswer[] {
  const loaded = loadTemplate(templateFile);
  const { template, assembly } = loaded;
  const { region, account } = takePlace(loaded, given);
  const options = { ...given, stackName, region, account, assembly, bootstrapBrokers: '127.0.0.1:9098' };
  const model = readTemplate(template, options);
  const removals = listGrants(model).flatMap((grant) => {
    const removed = removedRight(model, grant);
    return removed === undefined ? [] : [{ grant, removed }];
  });
  if (removals.length === 0) {
    throw new pubsub_error(
      'template_refused',
      'rehearsal',
      'the template grants no rights on a cluster’s data to the publisher, worker and reply_to functions',
      { hint: 'The matrix removes their rights one at a time; the template’s outputs name the functions.' },
    );
  }
  const controls = Math.ceil((removals.length * CONTROLS) / (1 - CONTROLS));
  const drawn = shuffled([...removals, ...Array.from({ length: controls }, () => undefined)], seed);
  return drawn.map((one, index) => {
    const row = index + 1;
    const changed = one === undefined ? template : withoutAdded(removeAction(template, options, one.grant), template);
    writeFileSync(join(dirname(templateFile), rowFile(row)), JSON.stringify(changed));
    return { row, removed: one?.removed };
  });
}

/** Without the empty sections that reading added: a row differs from a control by its right only. */
function withoutAdded(changed: object, original: unknown): object {
  const sections = Object.keys(original as object);
  const isAdded = (section: string, content: unknown): boolean =>
    !sections.includes(section) && Object.keys(content as object).length === 0;
  return Object.fromEntries(Object.entries(changed).filter(([section, content]) => !isAdded(section, content)));
}

/** Undefined for a role of none of the run's functions. */
function removedRight(model: StackModel, grant: Grant): RemovedRight | undefined {
  const role = model.roles.find(({ logicalId }) => logicalId === grant.role);
  const name = functionNames.find((one) => functionOf(model, one)?.role === grant.role);
  if (role === undefined || name === undefined || grant.kind === 'transactional-id') return undefined;
  return { function: name, role: role.arn, action: grant.action, kind: grant.kind, resource: grant.resource };
}

function functionOf(
  { functions, outputs }: StackModel,
  name: FunctionName,
): StackModel['functions'][number] | undefined {
  return functions.find((one) => one.name === outputs[stackOutputs.functionName[name]]);
}

/** The same for the same seed, on every machine. */
function shuffled<T>(items: readonly T[], seed: string): T[] {
  return items
    .map((item, index) => ({ item, key: createHash('sha256').update(`${seed}/${index}`).digest('hex') }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ item }) => item);
}
