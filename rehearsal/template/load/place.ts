import { partitionOf } from '../../../src/base/aws-partitions.js';
import { defaultPlace } from '../../policy/cluster/fill.js';
import { accountShape, regionShape } from '../../policy/cluster/place-shape.js';
import { problem } from '../../problem.js';
import type { ReadOptions } from '../options.js';

/** The assumed place of a stack. */
export interface Place {
  readonly stackName: string;
  readonly region: string;
  readonly account: string;
  readonly partition: string;
}

/** @throws pubsub_error `template_refused` for a value that cannot be a stack name, a region or an account */
export function placeOf({ stackName, region, account }: ReadOptions): Place {
  const wrong = (what: string, value: string, like: string): never => {
    throw problem(what, `${JSON.stringify(value)} should look like ${like}`);
  };
  if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(stackName)) wrong('stackName', stackName, 'SanityStack');
  if (!regionShape.test(region)) wrong('region', region, defaultPlace.region);
  if (!accountShape.test(account)) wrong('account', account, defaultPlace.account);
  return { stackName, region, account, partition: partitionOf(region) };
}
