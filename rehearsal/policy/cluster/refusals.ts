import { pubsub_error } from '../../../src/base/error.js';
import { shellWord } from '../../answers.js';
import {
  clusterPartNames,
  clusterArnOf,
  isOpen,
  type ClusterPart,
  type ClusterParts,
  type ClusterPattern,
} from './cluster-pattern.js';
import { literalOf, narrowed, unconstrained, type Constraint } from './constraint.js';
import { fillPart, madeUp } from './fill.js';

/**
 * No cluster matches everything that is allowed.
 *
 * @param agreed what some of the patterns agree on
 * @param readings how each of them is read
 */
export function ambiguous(agreed: Constraint, readings: readonly ClusterParts[]): pubsub_error {
  const several = clusterPartNames.filter((part) => valuesOf(part, readings).length > 1);
  const [part = 'name'] = several;
  const clusters = [
    ...new Map(
      readings
        // A part that is a star matches any value.
        .filter((parts) => several.some((one) => parts[one] !== '*'))
        .map((parts) => completedBy(agreed, parts))
        .map((parts) => [clusterArnOf(parts), parts]),
    ),
  ];
  const isOnlyOne = several.length === 1 && part !== 'name' && part !== 'uuid';
  const values = isOnlyOne ? valuesOf(part, readings) : clusters.map(([arn]) => arn);
  const possible = [...new Set(clusters.map(([, parts]) => clusterArnOf(closed(parts))))];
  return invalid(
    `the policies name several ${isOnlyOne ? plural[part] : 'clusters'}: ${values.join(', ')}`,
    `Choose one: ${possible.map((arn) => `--cluster-arn ${shellWord(arn)}`).join('\n  or ')}`,
    { possible },
  );
}

/** The clusters of which a refusal asks to choose one; empty for another refusal. */
export function possibleClusters({ details }: pubsub_error): readonly string[] {
  const { possible } = details as { readonly possible?: readonly string[] };
  return possible ?? [];
}

function valuesOf(part: ClusterPart, readings: readonly ClusterParts[]): string[] {
  return [...new Set(readings.map((parts) => parts[part]))].filter((text) => text !== '*');
}

const plural = { partition: 'partitions', region: 'regions', account: 'accounts' } as const;

/** Completed with what all others agree on. */
function completedBy(agreed: Constraint, parts: ClusterParts): ClusterParts {
  const of = (part: ClusterPart): string => {
    const literal = literalOf(agreed, part);
    const isOne = literal !== undefined && narrowed({ ...unconstrained, [part]: [literal] }, { [part]: parts[part] });
    return isOpen(parts[part]) && isOne ? literal : parts[part];
  };
  return Object.fromEntries(clusterPartNames.map((part) => [part, of(part)])) as unknown as ClusterParts;
}

/** A complete ARN, ready to be given: open parts are made up. */
function closed(parts: ClusterParts): ClusterParts {
  const of = (part: ClusterPart): string =>
    isOpen(parts[part]) ? (fillPart(part, [parts[part]], madeUp[part]) ?? '…') : parts[part];
  return Object.fromEntries(clusterPartNames.map((part) => [part, of(part)])) as unknown as ClusterParts;
}

export function contradicted(patterns: readonly ClusterPattern[], asked: Partial<ClusterParts>): pubsub_error {
  const given = Object.entries(asked).map(([part, value]) => `--${part} ${value}`);
  const all = patterns.map(({ readings: [parts] }) => parts);
  const places = [...new Set(all.map(({ region, account }) => `${region} and account ${account}`))];
  const options = all.map((parts) =>
    (['region', 'account'] as const)
      .flatMap((part) => (isOpen(parts[part]) ? [] : `--${part} ${parts[part]}`))
      .join(' '),
  );
  return invalid(
    `the policies name MSK in ${places.join('; ')}, and not ${given.join(' ')}`,
    `Give what they name: ${[...new Set(options)].join('\n  or ')}`,
  );
}

export function invalid(sentence: string, hint: string, details: pubsub_error['details'] = {}): pubsub_error {
  return new pubsub_error('argument_invalid', 'rehearsal', sentence, { hint, details });
}
