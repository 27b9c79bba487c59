import { clusterPattern, isOpen, withoutVariables, type ClusterParts } from '../policy/cluster/cluster-pattern.js';
import { placeFaults } from '../policy/cluster/place-faults.js';
import { matchesPattern, patternsMeet } from '../policy/wildcard.js';
import type { PolicyStatement } from '../policy/document/statement.js';
import { problem, Problems } from '../problem.js';
import { describePlace, type RoleModel, type StackModel, type TakenPlace } from '../template/index.js';

type PlaceOfCluster = Pick<ClusterParts, 'partition' | 'region' | 'account'>;
const parts = ['region', 'account'] as const;

/**
 * Asks for the place of the stack if it is made up, and if the statements of a role show another one: some match
 * nothing here, and all match something there. A right that is denied because of a made-up place says nothing about
 * the policy. Other statements about other places match nothing, as in AWS: they are notes (`policyRemarks`).
 *
 * @throws pubsub_error `template_refused` that names all of them, with the options that set the place
 */
export function refuseOtherPlaces(model: StackModel, place: TakenPlace, clusterArn: string): void {
  const madeUp = parts.filter((part) => place.taken_from[part] === 'default');
  if (madeUp.length === 0) return;
  const [, partition = '', , region = '', account = ''] = clusterArn.split(':');
  const here = [
    placePattern(model),
    // An existing cluster may be in another account.
    placePattern({ partition, region, account }),
  ];
  const elsewhere = model.roles.flatMap((role) => {
    const statements = ofKafka(role, model);
    const missing = statements.filter((one) => !here.some((pattern) => isIn(one, pattern)));
    const [wanted, ...others] = placesOf(missing).filter(
      (candidate) =>
        parts.every((part) => madeUp.includes(part) || matchesPattern(candidate[part], place[part])) &&
        statements.every((one) => one.isOfStack || isIn(one, placePattern(candidate))),
    );
    return wanted === undefined || others.length > 0 ? [] : [{ wanted, missing }];
  });
  const options = new Set(elsewhere.map(({ wanted }) => optionsFor(wanted, place).join(' ')));
  // No place suits several roles.
  if (options.size > 1) return;
  const problems = new Problems();
  for (const { wanted, missing } of elsewhere) {
    const named = `${wanted.region} and account ${wanted.account}`;
    for (const path of new Set(missing.map((one) => one.path))) {
      problems.add(
        problem(
          `${path}.Resource`,
          `can match nothing in ${describePlace(place)}: it names ${named}`,
          undefined,
          optionsFor(wanted, place),
        ),
      );
    }
  }
  problems.throwIfAny();
}

/** A statement with resources of MSK. */
interface KafkaStatement {
  readonly path: string;
  /** Patterns, with variables as wildcards. */
  readonly resources: readonly string[];
  /** Whether it names a cluster of the stack, whose ARN has the place of the stack. */
  readonly isOfStack: boolean;
}

function ofKafka({ policies, permissionsBoundary }: RoleModel, { clusters }: StackModel): KafkaStatement[] {
  const own = clusters.flatMap(({ logicalId, arn }) =>
    logicalId === undefined ? [] : arn.slice(arn.indexOf('/'), arn.length),
  );
  const limit = permissionsBoundary?.policy;
  const statements = [...policies, ...(limit === undefined ? [] : [limit])].flatMap((policy) => policy.statements);
  return statements.flatMap((statement): KafkaStatement[] => {
    const resources = resourcesOf(statement);
    const isOfStack = resources.some((resource) => own.some((names) => resource.includes(names)));
    return resources.length === 0 ? [] : [{ path: statement.path, resources, isOfStack }];
  });
}

/** A statement may be about other services too. */
function resourcesOf({ resources, path }: PolicyStatement): string[] {
  return resources.filter((resource) => clusterPattern(resource, path) !== undefined).map(withoutVariables);
}

function isIn({ resources }: KafkaStatement, pattern: string): boolean {
  return resources.some((resource) => patternsMeet(resource, pattern));
}

function placePattern({ partition, region, account }: PlaceOfCluster): string {
  return `arn:${partition}:kafka:${region}:${account}:*`;
}

/** The places that statements name, without those that do not exist; wildcards as they are. */
function placesOf(statements: readonly KafkaStatement[]): PlaceOfCluster[] {
  const places = statements.flatMap(({ resources, path }) =>
    resources.flatMap((resource) => clusterPattern(resource, path)?.readings[0] ?? []),
  );
  const possible = places.filter((one) => placeFaults(one).length === 0);
  return [...new Map(possible.map((one) => [placePattern(one), one])).values()];
}

function optionsFor(wanted: PlaceOfCluster, place: TakenPlace): string[] {
  return parts
    .filter((part) => !matchesPattern(wanted[part], place[part]))
    .map((part) => `--${part} ${isOpen(wanted[part]) ? '…' : wanted[part]}`);
}
