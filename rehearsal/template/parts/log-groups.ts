import type { LogGroupModel } from '../model.js';
import { logGroupName } from '../resolve/kinds.js';
import { possiblyOf } from '../resolve/resources.js';
import type { Resolving } from '../resolve/resolving.js';

export function readLogGroups(resolving: Resolving): LogGroupModel[] {
  return possiblyOf(resolving, 'AWS::Logs::LogGroup').map((group) => {
    const retention = group.properties.lenient.get('RetentionInDays');
    return {
      logicalId: group.logicalId,
      name: logGroupName(group),
      ...(retention.present ? { retentionDays: retention.numberOr(0) } : {}),
    };
  });
}
