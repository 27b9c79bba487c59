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
import { fillPart, madeUp, partitionOf } from './fill.js';
import { namedClusters } from './named-clusters.js';
import { ambiguous, contradicted, invalid } from './refusals.js';
import { hintsOf } from './texts.js';

/** What may say which cluster is meant. */
export interface ClusterSources {
  /** Of the roles' own policies. */
  readonly statements: readonly PolicyStatement[];
  /** Of all policies that limit them: boundaries, session policies, service control policies, the cluster's policy. */
  readonly limits?: readonly PolicyStatement[] | undefined;
  /**
   * Other texts: values of parameters, mappings and variables. ARNs of clusters and names of their brokers in them fill
   * what the roles' policies leave open.
   */
  readonly texts?: readonly string[] | undefined;
  /** As an option says. */
  readonly clusterArn?: string | undefined;
  readonly region?: string | undefined;
  readonly account?: string | undefined;
  /** Where what nothing says is taken to be. @default eu-west-1, 111122223333 */
  readonly place?: Partial<Pick<ClusterParts, 'region' | 'account'>> | undefined;
  /** What of the place something says: that is not made up. @default nothing */
  readonly said?: readonly ('region' | 'account')[] | undefined;
}

/** Which cluster is meant, and how that is known. */
export interface WhichCluster {
  readonly arn: string;
  /** Parts that nothing says. */
  readonly madeUp: readonly ClusterPart[];
  /** Made-up parts that policies ask about, and where. */
  readonly askedFor: readonly { readonly part: ClusterPart; readonly paths: readonly string[] }[];
  /** Parts that only a Deny, a condition, a limit or what is left out says, and where. */
  readonly takenFrom: readonly { readonly part: ClusterPart; readonly path: string }[];
}

/** The cluster that something names whole. */
export function namedCluster(arn: string): WhichCluster {
  return { arn, madeUp: [], askedFor: [], takenFrom: [] };
}

/**
 * The cluster that policies are about: every pattern that roles' policies allow has to be able to match it. What they
 * leave open is filled from other texts, else from the other places where policies name clusters, else made up so that it
 * fits, and so that it is no cluster that nobody may log in to.
 *
 * @throws pubsub_error `argument_invalid` where several clusters are meant, or options contradict the policies: it has the
 * options that would say which, ready to paste
 */
export function whichCluster(sources: ClusterSources): WhichCluster {
  const { clusterArn, region, account, texts = [] } = sources;
  if (clusterArn !== undefined) {
    return namedCluster(asOption(clusterArn, { region, account }));
  }
  const { allowed, conditions, named: places, avoided } = namedClusters(sources.statements, sources.limits ?? []);
  const { place = {}, said = [] } = sources;
  // A condition says where a right holds; where the stack is, it does not choose.
  const free = conditions.filter(({ readings: [one] }) => said.every((part) => one[part] === '*'));
  const named = [...free, ...places];
  const asked = Object.fromEntries(Object.entries({ region, account }).filter(([, value]) => value !== undefined));
  const given = narrowed(unconstrained, asked) ?? unconstrained;
  const fitting = allowed.filter((pattern) => narrowedBy(given, pattern) !== undefined);
  if (fitting.length === 0 && allowed.length > 0) throw contradicted(allowed, asked);
  const told = withTexts(agreement(given, fitting), texts);
  const { constraint, takenFrom } = withNamed(told, named, avoided);
  const { arn, unknown: open } = completed(constraint, avoided, sources.place);
  if (/[<>{}[\]\s]/.test(arn)) {
    throw invalid(
      `the policies name the cluster ${arn}, which has placeholders in it`,
      'Replace them in the policies, by * where the value is not known.',
    );
  }
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

function asOption(arn: string, { region, account }: Pick<ClusterSources, 'region' | 'account'>): string {
  const parts = clusterPartsOf(arn);
  if (parts === undefined || clusterArnOf(parts) !== arn) {
    throw invalid(
      `${JSON.stringify(arn)} is not the ARN of a cluster`,
      `It is like ${clusterArnOf(madeUp)}; aws kafka list-clusters-v2 prints it.`,
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

/** What all that is allowed agrees on. @throws pubsub_error where it does not */
function agreement(given: Constraint, allowed: readonly ClusterPattern[]): Constraint {
  // What can be understood in one way only says how the rest is meant.
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

/** With what other texts say, where they agree. */
function withTexts(constraint: Constraint, texts: readonly string[]): Constraint {
  const hints = hintsOf(texts);
  return clusterPartNames.reduce((before, part) => {
    if (literalOf(before, part) !== undefined) return before;
    const possible = hints[part].flatMap((value) => narrowed(before, { [part]: value }) ?? []);
    const [only, ...others] = possible;
    return only === undefined || others.length > 0 ? before : only;
  }, constraint);
}

/** With what is named elsewhere, one after the other, as far as it agrees and leaves a cluster on which something is allowed. */
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
      // The partition is the region's.
      if (part === 'partition') continue;
      if (literalOf(constraint, part) === undefined && literalOf(next, part) !== undefined) {
        takenFrom.push({ part, path: pattern.path });
      }
    }
    constraint = next;
  }
  return { constraint, takenFrom };
}

/** What is made up instead where the first choice will not do. */
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
