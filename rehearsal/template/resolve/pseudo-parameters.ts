import { domainOf } from '../../../src/base/aws-partitions.js';
import { stackIdOf } from './identity.js';
import type { Place } from '../load/place.js';

/** The value of `Ref` of "AWS::Region" and the like; undefined for other names. `AWS::NoValue` is not one of them. */
export function pseudoParameter(name: string, place: Place): string | readonly string[] | undefined {
  switch (name) {
    case 'AWS::Region':
      return place.region;
    case 'AWS::AccountId':
      return place.account;
    case 'AWS::Partition':
      return place.partition;
    case 'AWS::StackName':
      return place.stackName;
    case 'AWS::StackId':
      return stackIdOf(place);
    case 'AWS::URLSuffix':
      return domainOf(place.partition);
    case 'AWS::NotificationARNs':
      return [];
    default:
      return undefined;
  }
}
