import { refusal } from '../refusal.js';
import type { ReadOptions } from './options.js';

/** Where a stack is taken to be. */
export interface Place {
  readonly stackName: string;
  readonly region: string;
  readonly account: string;
  readonly partition: string;
}

/** @throws pubsub_error `template_refused` for what cannot be a stack's name, a region or an account */
export function placeOf({ stackName, region, account, partition }: ReadOptions): Place {
  const wrong = (what: string, value: string, like: string): never => {
    throw refusal(what, `${JSON.stringify(value)} should look like ${like}`);
  };
  if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(stackName)) wrong('stackName', stackName, 'SanityStack');
  if (!/^[a-z]{2,}(-[a-z]+)+-\d$/.test(region)) wrong('region', region, 'eu-west-1');
  if (!/^\d{12}$/.test(account)) wrong('account', account, '111122223333');
  return { stackName, region, account, partition: partition ?? partitionOf(region) };
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return 'aws';
}
