import { logGroupName } from '../resolve/kinds.js';
import type { LogGroupModel } from '../model.js';
import type { Resolving } from '../resolve/resolving.js';
import { resourcesOf } from '../resolve/resources.js';

export function readLogGroups(resolving: Resolving): LogGroupModel[] {
  return resourcesOf(resolving, 'AWS::Logs::LogGroup').map((group) => {
    const retentionDays = group.properties.get('RetentionInDays').optionalNumber();
    return {
      logicalId: group.logicalId,
      name: logGroupName(group),
      ...(retentionDays === undefined ? {} : { retentionDays }),
    };
  });
}
