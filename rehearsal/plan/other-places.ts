import { clusterPattern } from '../policy/cluster/cluster-pattern.js';
import { partitionOf } from '../policy/cluster/fill.js';
import { placeFaults } from '../policy/cluster/place-faults.js';
import { patternsMeet } from '../policy/wildcard.js';
import type { PolicyStatement } from '../policy/document/statement.js';
import { problem, Problems } from '../problem.js';
import { accountShape, describePlace, type StackModel, type TakenPlace } from '../template/index.js';

/**
 * Refuses statements that are about MSK in other regions or accounts only. In AWS the functions may depend on them,
 * or they may be meant for other stacks. In a rehearsal they can match nothing, whatever their cluster and names are.
 * A right that is denied because of the place that was assumed for the stack says nothing about the policy.
 *
 * @throws pubsub_error `template_refused` that names all of them
 */
export function refuseOtherPlaces(model: StackModel, place: TakenPlace, clusterArn: string): void {
  const problems = new Problems();
  const [, partition = '', , region = '', account = ''] = clusterArn.split(':');
  const here = [
    `arn:${model.partition}:kafka:${model.region}:${model.account}:*`,
    // An existing cluster may be in another account.
    `arn:${partition}:kafka:${region}:${account}:*`,
  ];
  for (const statement of statementsOf(model)) {
    // A statement may be about other services too.
    const ofKafka = statement.resources.filter((arn) => clusterPattern(arn, statement.path) !== undefined);
    if (ofKafka.length === 0 || ofKafka.some((arn) => here.some((pattern) => patternsMeet(arn, pattern)))) continue;
    problems.try(() => {
      throw problem(
        `${statement.path}.Resource`,
        `can match nothing in ${describePlace(place)}: it names ${[...new Set(ofKafka.map(placeIn))].join(', ')}`,
        `Set the stack’s location (${optionsFor(ofKafka[0] ?? '')}), or rehearse a template without this statement.`,
      );
    });
  }
  problems.throwIfAny();
}

function statementsOf({ roles }: StackModel): PolicyStatement[] {
  const all = roles.flatMap(({ policies, permissionsBoundary }) =>
    [...policies, ...(permissionsBoundary?.policy === undefined ? [] : [permissionsBoundary.policy])].flatMap(
      ({ statements }) => statements,
    ),
  );
  // Several roles may have the same managed policy.
  return [...new Map(all.map((statement) => [statement.path, statement])).values()];
}

/** "us-west-2 and account 123456789012", and its wildcards as they are; with a partition that is not the region's. */
function placeIn(arn: string): string {
  const [, partition = '*', , region = '*', account = '*'] = arn.split(':');
  const isOther = placeFaults({ partition, region, account }).some(({ part }) => part === 'partition');
  const found = `${region} and account ${account}`;
  return isOther ? `${found} in the partition ${partition}, and the region is in ${partitionOf(region)}` : found;
}

function optionsFor(arn: string): string {
  const [, , , region = '', account = ''] = arn.split(':');
  return `--region ${/[*?]|^$/.test(region) ? '…' : region} --account ${accountShape.test(account) ? account : '…'}`;
}
