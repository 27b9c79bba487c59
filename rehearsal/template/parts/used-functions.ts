import type { pubsub_error } from '../../../src/base/error.js';
import { asksOf, isMistake, isProblem, reasonOf, problem, type Problems } from '../../problem.js';
import type { EventSourceModel, FunctionModel, RoleModel } from '../model.js';
import { functionName } from '../resolve/kinds.js';
import { declaredOf, canBeMade, type Resource } from '../resolve/resources.js';
import type { Resolving } from '../resolve/resolving.js';
import { isImage } from './code.js';
import { readFunction } from './functions.js';
import { nestedRefusals } from './nested-stacks.js';
import { isNode } from './runtime.js';
import { functionRole } from './function-role.js';
import { templateRoles, type OwnRole, type TemplateRole } from './roles.js';

export interface UsedFunctions {
  readonly functions: readonly FunctionModel[];
  readonly roles: readonly RoleModel[];
  /** The reasons, one by one, if no function is left to run. */
  readonly nothingRuns: readonly pubsub_error[];
}

const NOT_MADE = 'the stack does not have it: its condition is false';

/**
 * The functions that a rehearsal runs, and their roles: those that were asked for by name, else those whose role has
 * rights on a cluster's data, and those to which a mapping passes records of a topic. All others are set aside, each
 * with its reason.
 */
export function readUsedFunctions(
  resolving: Resolving,
  eventSources: readonly EventSourceModel[],
  problems: Problems,
): UsedFunctions {
  const roles = templateRoles(resolving);
  const used = new Map<string, RoleModel>();
  const asked = resolving.options.functions;
  const aside: pubsub_error[] = [];
  /** Functions that run, or would run if an unknown value was known. */
  const left = [...(resolving.document.misshapen?.keys() ?? [])].filter((part) => /^(?:Resources|Globals)/.test(part));
  const functions = declaredOf(resolving, 'AWS::Lambda::Function').flatMap((resource) => {
    const { value: isMade, refused: unknown } = attempt(() => resource.isMade());
    if (isMade === false) {
      resolving.remarks.setAside(resource.path, NOT_MADE);
      return [];
    }
    if (asked !== undefined && !isAsked(resource, asked)) {
      resolving.remarks.setAside(resource.path, 'is not named in --function');
      return [];
    }
    const isWanted = asked !== undefined || eventSources.some((source) => source.function === resource.logicalId);
    const { value: role, refused } = attempt(() => runnable(resource, roles, isWanted, resolving));
    const isFaulty = refused !== undefined && (isMistake(refused) || isOfMisshapen(refused, resolving));
    if (unknown !== undefined && (role !== undefined || isFaulty)) {
      // Of a function that does not run, it need not be known whether the stack has it.
      problems.add(unknown);
      left.push(resource.logicalId);
      return [];
    }
    if (role === undefined) {
      if (isFaulty) {
        // CloudFormation would not create it; its other problems are reported along with that.
        problems.add(refused);
        left.push(resource.logicalId);
        readFunction(resource, '', resolving, problems);
      } else if (refused !== undefined) {
        aside.push(refused);
        resolving.remarks.setAside(resource.path, sentenceOf(refused, resource.path));
      }
      return [];
    }
    left.push(resource.logicalId);
    if (!used.has(role.logicalId)) used.set(role.logicalId, role.read(problems));
    return readFunction(resource, role.logicalId, resolving, problems) ?? [];
  });
  if (asked !== undefined) {
    refuseNames(asked, resolving, problems);
    // A function that was asked for must not be set aside.
    problems.add(...aside);
  }
  // A name that no function has is refused as such, and so is one of a function that is not created.
  const isMistaken = asked !== undefined && aside.length === 0;
  const none = isMistaken ? [] : [noFunction()];
  const nothingRuns = left.length > 0 ? [] : [...(aside.length > 0 ? aside : none), ...nestedRefusals(resolving)];
  return { functions, roles: [...used.values()], nothingRuns };
}

/**
 * The role with which a function runs.
 *
 * @param isWanted whether it runs whatever its rights are
 * @throws pubsub_error `template_refused` with the reason why it does not run
 */
function runnable(
  resource: Resource,
  roles: readonly OwnRole[],
  isWanted: boolean,
  resolving: Resolving,
): TemplateRole {
  let role: TemplateRole;
  try {
    role = functionRole(resource, roles, resolving);
  } catch (error) {
    // A function that does not run needs no role.
    refuseOtherCode(resource);
    throw error;
  }
  const rights = isWanted ? 'allows' : role.aboutKafka();
  if (rights !== 'allows') {
    throw problem(
      resource.path,
      `its role may do nothing with a cluster’s data${rights === 'denies' ? ': its policies only deny' : ''}`,
      'A rehearsal runs only functions whose roles have kafka-cluster: rights. To run another function anyway, use --function NAME.',
    );
  }
  refuseOtherCode(resource);
  return role;
}

/** @throws pubsub_error `template_refused` for code that a rehearsal has no runtime for */
function refuseOtherCode(resource: Resource): void {
  const { path, properties } = resource;
  if (isImage(resource)) {
    throw problem(
      properties.lenient.get('Code').path,
      'is a container image; a rehearsal runs code in folders and archives',
    );
  }
  const runtime = properties.lenient.get('Runtime').known();
  if (runtime !== undefined && !isNode(runtime)) {
    throw problem(
      `${path}.Properties.Runtime`,
      `${runtime} is not Node.js, and a rehearsal runs functions only with Node.js`,
    );
  }
}

/** Whether it is refused because of a part of the template without the expected shape. */
function isOfMisshapen(refused: pubsub_error, { document: { misshapen } }: Resolving): boolean {
  return [...(misshapen?.values() ?? [])].includes(refused);
}

function noFunction(): pubsub_error {
  return problem('Resources', 'the template has no Lambda function', 'A rehearsal runs functions that use a cluster.');
}

function isAsked(resource: Resource, asked: readonly string[]): boolean {
  return asked.includes(resource.logicalId) || asked.includes(attempt(() => functionName(resource)).value ?? '');
}

/** Refuses names that no function has, and those of functions that the stack does not create. */
function refuseNames(asked: readonly string[], resolving: Resolving, problems: Problems): void {
  const functions = declaredOf(resolving, 'AWS::Lambda::Function');
  for (const name of asked) {
    const named = functions.filter((resource) => isAsked(resource, [name]));
    if (named.some(canBeMade)) continue;
    if (named.length > 0) {
      problems.add(...named.map(({ path }) => problem(path, NOT_MADE)));
      continue;
    }
    // Refused for that reason.
    if (resolving.document.misshapen?.has(`Resources.${name}`) === true) continue;
    const known = functions.map(({ logicalId }) => logicalId).join(', ');
    problems.add(
      problem(`Resources.${name}`, 'the template has no such function', known === '' ? undefined : `It has ${known}.`),
    );
  }
}

/** The sentence without the path, if the path is its subject; with the options that would answer it. */
function sentenceOf(refused: pubsub_error, path: string): string {
  const asks = asksOf(refused);
  const at = String(refused.details['path']);
  const within = at.startsWith(`${path}.`) ? `${at.slice(path.length + 1)}: ` : `${at}: `;
  const sentence = at === path ? reasonOf(refused) : `${within}${reasonOf(refused)}`;
  return asks.length === 0 ? sentence : `${sentence} (${asks.join(' ')} answers it)`;
}

function attempt<T>(work: () => T): { readonly value?: T; readonly refused?: pubsub_error } {
  try {
    return { value: work() };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { refused: error };
  }
}
