import { pubsub_error } from '../../../src/base/error.js';
import { shellWord } from '../../answers.js';
import type { PolicyStatement } from '../document/statement.js';
import { matchesPattern } from '../wildcard.js';
import {
  cluster_parts,
  clusterArnOf,
  clusterPartsOf,
  clusterPattern,
  isOpen,
  type ClusterPart,
  type ClusterParts,
  type ClusterPattern,
} from './cluster-pattern.js';
import { fillPart, madeUp, partitionOf } from './fill.js';

/** What may say which cluster is meant. */
export interface ClusterSources {
  /** Of all policies that are looked at. */
  readonly statements: readonly PolicyStatement[];
  /**
   * Other texts: values of parameters, mappings and variables. ARNs of clusters and names of their brokers in them fill
   * what the policies leave open.
   */
  readonly texts?: readonly string[] | undefined;
  /** As an option says. */
  readonly clusterArn?: string | undefined;
  readonly region?: string | undefined;
  readonly account?: string | undefined;
  /** Where what nothing says is taken to be. @default eu-west-1, 111122223333 */
  readonly place?: Partial<Pick<ClusterParts, 'region' | 'account'>> | undefined;
}

/** Which cluster is meant, and how that is known. */
export interface WhichCluster {
  readonly arn: string;
  /** Parts that nothing says, and that no pattern of the policies cares about. */
  readonly madeUp: readonly ClusterPart[];
}

/**
 * The cluster that policies are about: every pattern of theirs has to be able to match it. What they leave open is filled
 * from other texts, else made up so that it fits.
 *
 * @throws pubsub_error `argument_invalid` where several clusters are meant, or options contradict the policies: it has the
 * options that would say which, ready to paste
 */
export function whichCluster(sources: ClusterSources): WhichCluster {
  const { clusterArn, region, account, texts = [] } = sources;
  if (clusterArn !== undefined) return { arn: asOption(clusterArn, { region, account }), madeUp: [] };
  const all = patternsOf(sources.statements);
  const asked: Partial<ClusterParts> = {
    ...(region === undefined ? {} : { region }),
    ...(account === undefined ? {} : { account }),
  };
  const fitting = all.filter(({ parts }) => fits(parts, asked));
  if (fitting.length === 0 && all.length > 0) throw contradicted(all, asked);
  const literals = literalParts(fitting, asked);
  const several = cluster_parts.filter((part) => literals[part].length > 1);
  if (several.length > 0) throw ambiguous(fitting, literals, several, asked);
  return completed(fitting, literals, texts, { ...madeUp, ...sources.place });
}

function asOption(arn: string, { region, account }: Pick<ClusterSources, 'region' | 'account'>): string {
  const parts = clusterPartsOf(arn);
  if (parts === undefined || clusterArnOf(parts) !== arn) {
    throw invalid(
      `${JSON.stringify(arn)} is no ARN of a cluster`,
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

/** What is allowed says which cluster is meant; a denial may be about all the others. */
function patternsOf(statements: readonly PolicyStatement[]): ClusterPattern[] {
  const of = (effect: PolicyStatement['effect']): ClusterPattern[] =>
    statements
      .filter((statement) => statement.effect === effect)
      .flatMap(({ resources, path }) => resources.flatMap((resource) => clusterPattern(resource, path) ?? []));
  const allowed = of('Allow');
  return allowed.length > 0 ? allowed : of('Deny');
}

function fits(parts: ClusterParts, asked: Partial<ClusterParts>): boolean {
  return Object.entries(asked).every(([part, value]) => matchesPattern(parts[part as ClusterPart], value));
}

type Literals = Readonly<Record<ClusterPart, readonly string[]>>;

/** The values of each part that stand there letter by letter, or that an option gives. */
function literalParts(patterns: readonly ClusterPattern[], asked: Partial<ClusterParts>): Literals {
  const of = (part: ClusterPart): string[] => {
    const option = asked[part];
    if (option !== undefined) return [option];
    return [...new Set(patterns.map(({ parts }) => parts[part]).filter((text) => !isOpen(text)))];
  };
  return Object.fromEntries(cluster_parts.map((part) => [part, of(part)])) as unknown as Literals;
}

function completed(
  patterns: readonly ClusterPattern[],
  literals: Literals,
  texts: readonly string[],
  otherwise: ClusterParts,
): WhichCluster {
  const hints = hintsOf(texts);
  const unknown: ClusterPart[] = [];
  const isInPartition = (region: string): boolean =>
    patterns.every(({ parts }) => matchesPattern(parts.partition, partitionOf(region)));
  const partOf = (part: ClusterPart, fallback: string): string => {
    const [literal] = literals[part];
    if (literal !== undefined) {
      // Another pattern may leave it open in a way that does not fit.
      const other = patterns.find(({ parts }) => !matchesPattern(parts[part], literal));
      if (other === undefined) return literal;
      throw ambiguous(patterns, literals, [part], {});
    }
    const open = patterns.map(({ parts }) => parts[part]);
    const hinted = hints[part].filter((value) => open.every((pattern) => matchesPattern(pattern, value)));
    const [hint] = hinted;
    if (hint !== undefined && hinted.length === 1) return hint;
    if (part !== 'partition') unknown.push(part);
    const value = fillPart(part, open, fallback, part === 'region' ? isInPartition : undefined);
    if (value !== undefined) return value;
    throw ambiguous(patterns, literals, [part], {});
  };
  const region = partOf('region', otherwise.region);
  const parts: ClusterParts = {
    region,
    partition: partOf('partition', partitionOf(region)),
    account: partOf('account', otherwise.account),
    name: partOf('name', otherwise.name),
    uuid: partOf('uuid', otherwise.uuid),
  };
  return { arn: clusterArnOf(parts), madeUp: unknown };
}

/** What other texts say of a cluster: ARNs, and addresses of brokers (`b-1.NAME.….kafka.REGION.amazonaws.com`). */
function hintsOf(texts: readonly string[]): Literals {
  const found: Record<ClusterPart, Set<string>> = {
    partition: new Set(),
    region: new Set(),
    account: new Set(),
    name: new Set(),
    uuid: new Set(),
  };
  for (const text of texts) {
    for (const [arn] of text.matchAll(/arn:[\w-]+:kafka:[\w-]+:\d{12}:[\w-]+\/[^\s/,"']+\/[^\s/,"']+/g)) {
      const parts = clusterPartsOf(arn);
      for (const part of cluster_parts) if (parts !== undefined) found[part].add(parts[part]);
    }
    for (const [, name = '', region = ''] of text.matchAll(
      /(?:^|[\s,"'/])(?:b-\d+|boot-\w+)\.([\w-]+)\.(?:[\w-]+\.)*kafka\.([a-z\d-]+)\.amazonaws\.com/g,
    )) {
      found.name.add(name);
      found.region.add(region);
    }
  }
  return Object.fromEntries(cluster_parts.map((part) => [part, [...found[part]]])) as unknown as Literals;
}

function ambiguous(
  patterns: readonly ClusterPattern[],
  literals: Literals,
  several: readonly ClusterPart[],
  asked: Partial<ClusterParts>,
): pubsub_error {
  const clusters = [...new Set(patterns.map(({ parts }) => clusterArnOf(single(parts, literals, asked))))]
    // What is wholly open is about any of them.
    .filter((arn) => several.some((part) => !isOpen(partsOfPattern(arn)[part])));
  const what = several.length === 1 && several[0] !== 'name' ? plural[several[0] ?? 'name'] : 'clusters';
  const values = what === 'clusters' ? clusters : literals[several[0] ?? 'name'];
  const options = clusters.map((arn) => `--cluster-arn ${shellWord(closed(arn))}`);
  return invalid(
    `the policies speak of several ${what}: ${(values.length > 1 ? values : clusters).join(', ')}`,
    `Say which one: ${options.join('\n  or ')}`,
  );
}

const plural: Readonly<Record<ClusterPart, string>> = {
  partition: 'partitions',
  region: 'regions',
  account: 'accounts',
  name: 'clusters',
  uuid: 'clusters',
};

/** With what all others agree on. */
function single(parts: ClusterParts, literals: Literals, asked: Partial<ClusterParts>): ClusterParts {
  const of = (part: ClusterPart): string => {
    const [only, ...others] = literals[part];
    return asked[part] ?? (isOpen(parts[part]) && only !== undefined && others.length === 0 ? only : parts[part]);
  };
  return Object.fromEntries(cluster_parts.map((part) => [part, of(part)])) as unknown as ClusterParts;
}

/** Ready to be given: what is open is made up. */
function closed(arn: string): string {
  const parts = partsOfPattern(arn);
  return clusterArnOf(
    Object.fromEntries(
      cluster_parts.map((part) => [
        part,
        isOpen(parts[part]) ? (fillPart(part, [parts[part]], madeUp[part]) ?? '…') : parts[part],
      ]),
    ) as unknown as ClusterParts,
  );
}

function partsOfPattern(arn: string): ClusterParts {
  const [, partition = '', , region = '', account = '', path = ''] = arn.split(':');
  const [, name = '', uuid = ''] = path.split('/');
  return { partition, region, account, name, uuid };
}

function contradicted(patterns: readonly ClusterPattern[], asked: Partial<ClusterParts>): pubsub_error {
  const given = Object.entries(asked).map(([part, value]) => `--${part} ${value}`);
  const places = [...new Set(patterns.map(({ parts }) => `${parts.region} and account ${parts.account}`))];
  const options = [
    ...new Set(
      patterns.map(({ parts }) =>
        (['region', 'account'] as const)
          .flatMap((part) => (isOpen(parts[part]) ? [] : `--${part} ${parts[part]}`))
          .join(' '),
      ),
    ),
  ];
  return invalid(
    `the policies speak of MSK in ${places.join('; ')}, and not of ${given.join(' ')}`,
    `Take what they speak of: ${options.join('\n  or ')}`,
  );
}

function invalid(sentence: string, hint: string): pubsub_error {
  return new pubsub_error('argument_invalid', 'rehearsal', sentence, { hint });
}
