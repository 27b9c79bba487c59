import { pubsub_error } from '../../src/base/error.js';
import { inspectCode } from './code/inspect.js';
import { reachOf } from './reach.js';
import { problem, Problems } from '../problem.js';
import { loadTemplate, readStack, takePlace } from '../template/index.js';
import type { LoadedTemplate, StackModel, TakenPlace, UnknownConditions } from '../template/index.js';
import { nullNotes } from './null-notes.js';
import { repeatedKeyNotes, withNotes } from './repeated-key-notes.js';
import { changedVariables } from './additions.js';
import { rehearsedCluster } from './rehearsed-cluster.js';
import { planEitherWay } from './either-way.js';
import { expectedBrokers, expectedBrokersOf } from './expected-brokers.js';
import type { GivenOptions } from './given-options.js';
import { refuseOtherPlaces } from './other-places.js';
import { leftOutNames, refuseTopicNames, topicsElsewhere } from './names.js';
import { stackRights, type StackRights } from './rights.js';

/** A template that can be rehearsed. */
export interface Plan {
  readonly place: TakenPlace;
  /** The stack, with the expected brokers in it: `withBrokers` replaces them when the brokers have addresses. */
  readonly model: StackModel;
  readonly rights: StackRights;
}

/**
 * Reads a template and checks everything that could prevent a run, its code included. Starts nothing.
 *
 * @param accept throws if the stack is not suitable
 * @throws pubsub_error `template_refused` that names all problems at once
 */
export function planRehearsal(file: string, options: GivenOptions, accept?: (model: StackModel) => void): Plan {
  const loaded = loadTemplate(file);
  const notes = repeatedKeyNotes(loaded, file);
  const { model, place, rights } = withNotes(notes, () =>
    planEitherWay((conditions) => planned(loaded, options, conditions, accept)),
  );
  return {
    place,
    model: {
      ...model,
      notModelled: [...loaded.remarks.map((reason) => ({ path: file, reason })), ...model.notModelled],
    },
    rights: {
      ...rights,
      remarks: [
        ...notes,
        ...nullNotes(loaded),
        ...rights.remarks,
        ...model.mistakes.map(({ path, reason }) => ({ path, sentence: reason })),
      ],
    },
  };
}

/** @throws pubsub_error `template_refused` that names all problems at once */
function planned(
  loaded: LoadedTemplate,
  options: GivenOptions,
  conditions: UnknownConditions,
  accept?: (model: StackModel) => void,
): Plan {
  const place = takePlace(loaded, options);
  const { template, assembly } = loaded;
  const problems = new Problems();
  const { model, nothingRuns } = readStack(
    template,
    {
      ...options,
      stackName: options.stackName ?? loaded.name,
      region: place.region,
      account: place.account,
      assembly,
      conditions,
      bootstrapBrokers: expectedBrokers.join(','),
      otherIamBrokers: {
        public: expectedBrokersOf.public.join(','),
        otherVpc: expectedBrokersOf.otherVpc.join(','),
      },
      inspectCode: (inspected) => inspectCode(inspected, assembly),
    },
    problems,
  );
  problems.add(...nothingRuns);
  for (const one of model.functions) problems.try(() => changedVariables(one, expectedBrokers));
  const rights = nothingRuns.length === 0 ? rightsIn(model, options, place, problems) : undefined;
  problems.try(() => accept?.(model));
  if (problems.isEmpty) refuseUnusedAnswers(options);
  problems.throwIfAny();
  if (rights === undefined) throw new RangeError('no problem was found, and no rights were read');
  const { clusterArn, remarks } = rights;
  return {
    place,
    model: { ...model, setAside: [...model.setAside, ...topicsElsewhere(model, clusterArn)] },
    rights: { ...rights, remarks: [...remarks, ...leftOutNames(model, clusterArn)] },
  };
}

/** The cluster, its place, which functions reach it, and the rights of the roles on it. */
function rightsIn(
  model: StackModel,
  options: GivenOptions,
  place: TakenPlace,
  problems: Problems,
): StackRights | undefined {
  // If a question is open whose answer may name the cluster, only that question is asked.
  if (
    problems.hasAsks &&
    new Problems().try(() => rehearsedCluster(model, [], undefined, options.answers)) === undefined
  )
    return undefined;
  const rights = problems.try(() => stackRights(model, options, place.taken_from));
  if (rights === undefined) return undefined;
  const { clusterArn: arn } = rights;
  problems.try(() => refuseOtherPlaces(model, place, arn));
  problems.try(() => refuseTopicNames(model, arn));
  const cluster = model.clusters.find((one) => one.arn === arn) ?? { logicalId: undefined, arn };
  for (const one of model.functions) {
    for (const { path, reason, asks } of reachOf(one, cluster, model.securityGroups).doubts) {
      problems.add(
        problem(path, `${reason}: whether ${one.logicalId} reaches the brokers depends on it`, undefined, asks),
      );
    }
  }
  return rights;
}

/** An answer that nothing asks for is a mistake of the user. */
function refuseUnusedAnswers({ answers }: GivenOptions): void {
  const [unused, ...others] = answers?.unused() ?? [];
  if (unused === undefined) return;
  throw new pubsub_error(
    'argument_invalid',
    'rehearsal',
    `nothing in the template asks for ${[unused, ...others].join(', ')}`,
    {
      hint: 'The KEY of --answer is a parameter’s name, LogicalId.Attribute, LogicalId.Property, an import’s name, or a condition key.',
    },
  );
}
