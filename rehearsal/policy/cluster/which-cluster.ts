import { pubsub_error } from '../../../src/base/error.js';
import type { Problems } from '../../problem.js';
import type { PolicyStatement } from '../document/statement.js';
import { kindsOf } from './about.js';
import {
  clusterPartNames,
  clusterArnOf,
  clusterPartsOf,
  type ClusterPart,
  type ClusterParts,
  type ClusterPattern,
} from './cluster-pattern.js';
import { coversAll, literalOf, narrowed, narrowedBy, unconstrained, type Constraint } from './constraint.js';
import { partitionOf } from '../../../src/base/aws-partitions.js';
import { fillPart, madeUp } from './fill.js';
import { namedClusters } from './named-clusters.js';
import { placeFaults } from './place-faults.js';
import { ambiguous, contradicted, invalid, possibleClusters } from './refusals.js';
import { hintsOf } from './texts.js';

/** The sources that may determine the cluster. */
export interface ClusterSources {
  /** Statements of the roles' own policies. */
  readonly statements: readonly PolicyStatement[];
  /**
   * Statements of all policies that limit them: boundaries, session policies, service control policies, the cluster's
   * policy.
   */
  readonly limits?: readonly PolicyStatement[] | undefined;
  /**
   * Other strings: values of parameters, mappings and variables. ARNs of clusters and names of their brokers in them
   * determine parts that the roles' policies leave open.
   */
  readonly texts?: readonly string[] | undefined;
  /** The ARN from the option. */
  readonly clusterArn?: string | undefined;
  readonly region?: string | undefined;
  readonly account?: string | undefined;
  /** The assumed place, for parts that no source names. @default eu-west-1, 111122223333 */
  readonly place?: Partial<Pick<ClusterParts, 'region' | 'account'>> | undefined;
  /** The parts of the place that a source names; they are not made up. @default none */
  readonly said?: readonly ('region' | 'account')[] | undefined;
}

/** The cluster, and how it was determined. */
export interface WhichCluster {
  readonly arn: string;
  /** Parts that no source names. */
  readonly madeUp: readonly ClusterPart[];
  /** Made-up parts on which policies depend, and where. */
  readonly askedFor: readonly { readonly part: ClusterPart; readonly paths: readonly string[] }[];
  /** Parts that only a Deny, a condition, a limit or an exclusion (NotResource) names, and where. */
  readonly takenFrom: readonly { readonly part: ClusterPart; readonly path: string }[];
}

/** A cluster whose whole ARN is given. */
export function namedCluster(arn: string): WhichCluster {
  return { arn, madeUp: [], askedFor: [], takenFrom: [] };
}

/**
 * The cluster that policies are about. It must match every pattern that roles' policies allow. Open parts are taken
 * from other strings, then from the other places where policies name clusters. If they are still open, they are made up
 * so that everything matches, and so that it is not a cluster to which all logins are denied.
 *
 * @throws pubsub_error `argument_invalid` for several clusters, or options that contradict the policies. Its hint has
 * the options that would choose one, ready to paste
 */
export function whichCluster(sources: ClusterSources): WhichCluster {
  const { clusterArn, region, account, texts = [] } = sources;
  if (clusterArn !== undefined) {
    return namedCluster(asOption(clusterArn, { region, account }));
  }
  const { allowed, conditions, named: places, avoided } = namedClusters(sources.statements, sources.limits ?? []);
  const { place = {}, said = [] } = sources;
  // A condition says where a right applies. If the place of the stack is known, it does not choose the cluster.
  const free = conditions.filter(({ readings: [one] }) => said.every((part) => one[part] === '*'));
  const named = [...free, ...places];
  const asked = Object.fromEntries(Object.entries({ region, account }).filter(([, value]) => value !== undefined));
  const given = narrowed(unconstrained, asked) ?? unconstrained;
  const fitting = allowed.filter((pattern) => narrowedBy(given, pattern) !== undefined);
  if (fitting.length === 0 && allowed.length > 0) throw contradicted(allowed, asked);
  const withHints = withTexts(agreement(given, fitting), texts);
  const { constraint, takenFrom } = withNamed(withHints, named, avoided);
  const { arn, unknown: open } = completed(constraint, avoided, sources.place);
  if (/[<>{}[\]\s]/.test(arn)) {
    throw invalid(
      `the policies name the cluster ${arn}, which contains placeholders`,
      'Replace them in the policies; use * for a value that is not known.',
    );
  }
  refuseImpossible(arn);
  const isSaid = (part: ClusterPart): boolean =>
    said.some((one) => one === part && clusterPartsOf(arn)?.[one] === place[one]);
  const unknown = open.filter((part) => !isSaid(part));
  const everywhere = [...allowed, ...named, ...avoided];
  const askedFor = unknown.flatMap((part) => {
    const paths = everywhere.filter(({ readings: [likeliest] }) => likeliest[part] !== '*').map(({ path }) => path);
    return paths.length === 0 ? [] : [{ part, paths: [...new Set(paths)] }];
  });
  return { arn, madeUp: unknown, askedFor, takenFrom };
}

/** A cluster, which may be one of several of which the user must choose one. */
export interface FoundCluster {
  readonly cluster: WhichCluster;
  /** The ARNs that it may have: one if it is clear. */
  readonly possible: readonly string[];
}

/**
 * The cluster that `find` determines. If it is refused because there are several, the refusal is collected, and the
 * first of them is used to find what else must be refused.
 *
 * @throws pubsub_error with everything that was refused, if no cluster is known
 */
export function clusterFor(problems: Problems, find: () => WhichCluster): FoundCluster {
  try {
    const cluster = find();
    return { cluster, possible: [cluster.arn] };
  } catch (error) {
    problems.tryFile(() => {
      throw error;
    });
    const possible = pubsub_error.is(error) ? possibleClusters(error) : [];
    const [first] = possible;
    if (first !== undefined) return { cluster: namedCluster(first), possible };
    problems.throwIfAny();
    throw error;
  }
}

/** An ARN as in an example, such as that of the MSK guide, whose account has 13 digits; a region of another partition. */
function refuseImpossible(arn: string): void {
  const { partition = '', region = '', account = '' } = clusterPartsOf(arn) ?? {};
  const wrong = placeFaults({ partition, region, account }).map(({ sentence }) => sentence);
  if (wrong.length === 0) return;
  throw invalid(
    `the policies name the cluster ${arn}, which cannot exist: ${wrong.join(', and ')}`,
    'Correct it in the policies; use * for a value that is not known.',
  );
}

function asOption(arn: string, { region, account }: Pick<ClusterSources, 'region' | 'account'>): string {
  const parts = clusterPartsOf(arn);
  if (parts === undefined || clusterArnOf(parts) !== arn) {
    throw invalid(
      `${JSON.stringify(arn)} is not the ARN of a cluster`,
      `It should look like ${clusterArnOf(madeUp)}; aws kafka list-clusters-v2 prints it.`,
    );
  }
  for (const [part, wanted] of Object.entries({ region, account })) {
    const actual = parts[part as ClusterPart];
    if (wanted === undefined || wanted === actual) continue;
    const sentence = `the ${part} ${wanted} is not that of the cluster ${arn}`;
    throw invalid(sentence, `Leave --${part} out, or give another --cluster-arn.`);
  }
  return arn;
}

/**
 * What everything that is allowed agrees on.
 * @throws pubsub_error if there is no agreement
 */
function agreement(given: Constraint, allowed: readonly ClusterPattern[]): Constraint {
  // A pattern with one reading helps to choose the reading of others, so it comes first.
  const inOrder = [...allowed].sort((one, other) => one.readings.length - other.readings.length);
  let constraint = given;
  const refused: ClusterPattern[] = [];
  for (const pattern of inOrder) {
    const next = narrowedBy(constraint, pattern);
    if (next === undefined) refused.push(pattern);
    else constraint = next;
  }
  if (refused.length > 0)
    throw ambiguous(
      constraint,
      allowed.map(({ readings: [likeliest] }) => likeliest),
    );
  return constraint;
}

/** Narrowed by other strings, as far as they agree. */
function withTexts(constraint: Constraint, texts: readonly string[]): Constraint {
  const hints = hintsOf(texts);
  return clusterPartNames.reduce((before, part) => {
    if (literalOf(before, part) !== undefined) return before;
    const possible = hints[part].flatMap((value) => narrowed(before, { [part]: value }) ?? []);
    const [only, ...others] = possible;
    return only === undefined || others.length > 0 ? before : only;
  }, constraint);
}

/**
 * Narrowed by the other places that name clusters, one after the other, as far as they agree and still leave a
 * cluster on which something is allowed.
 */
function withNamed(
  start: Constraint,
  named: readonly ClusterPattern[],
  avoided: readonly ClusterPattern[],
): { constraint: Constraint; takenFrom: WhichCluster['takenFrom'] } {
  let constraint = start;
  const takenFrom: { part: ClusterPart; path: string }[] = [];
  const isAvoided = (one: Constraint): boolean => avoided.some((pattern) => coversAll(pattern, one));
  for (const pattern of named) {
    const next = narrowedBy(constraint, pattern);
    if (next === undefined || (isAvoided(next) && !isAvoided(constraint))) continue;
    for (const part of clusterPartNames) {
      // The partition follows from the region.
      if (part === 'partition') continue;
      if (literalOf(constraint, part) === undefined && literalOf(next, part) !== undefined) {
        takenFrom.push({ part, path: pattern.path });
      }
    }
    constraint = next;
  }
  return { constraint, takenFrom };
}

/** Alternatives if the first made-up values do not match. */
const others: readonly Partial<ClusterParts>[] = [
  { name: 'rehearsed' },
  { uuid: '11111111-1111-4111-8111-111111111111-1' },
  { region: 'us-east-1' },
  { account: '444455556666' },
];

function completed(
  constraint: Constraint,
  avoided: readonly ClusterPattern[],
  place: ClusterSources['place'] = {},
): { arn: string; unknown: ClusterPart[] } {
  const unknown = clusterPartNames.filter((part) => part !== 'partition' && literalOf(constraint, part) === undefined);
  const arns = [{}, ...others].map((other) => filledWith(constraint, { ...madeUp, ...other, ...place }));
  const arn = arns.find((one) => avoided.every(({ resource }) => !kindsOf(resource, one).includes('cluster')));
  return { arn: arn ?? arns[0] ?? '', unknown };
}

function filledWith(constraint: Constraint, otherwise: ClusterParts): string {
  const isInPartition = (region: string): boolean =>
    narrowed(constraint, { partition: partitionOf(region) }) !== undefined;
  const partOf = (part: ClusterPart, fallback: string): string =>
    literalOf(constraint, part) ??
    fillPart(part, constraint[part], fallback, part === 'region' ? isInPartition : undefined) ??
    fallback;
  const region = partOf('region', otherwise.region);
  return clusterArnOf({
    region,
    partition: partOf('partition', partitionOf(region)),
    account: partOf('account', otherwise.account),
    name: partOf('name', otherwise.name),
    uuid: partOf('uuid', otherwise.uuid),
  });
}
