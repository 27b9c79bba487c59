import type { TemplateDocument } from '../load/document.js';
import type { Remark } from '../remarks.js';
import { isRecord } from '../resolve/values.js';
import { ofKafka } from './events.js';
import { globalsFor, globalsOf } from './globals.js';

/** Properties of a SAM function for which SAM creates resources that a rehearsal does not have. */
const makers: Readonly<Record<string, string>> = {
  AutoPublishAlias: 'creates a version and an alias: a rehearsal has only the function itself',
  DeadLetterQueue: 'is not filled in a rehearsal',
  DeploymentPreference: 'is not applied: a rehearsal does not deploy gradually',
  EventInvokeConfig: 'is not applied: a rehearsal does not retry or forward events',
  FunctionUrlConfig: 'creates a URL, which a rehearsal does not have',
  ProvisionedConcurrencyConfig: 'is not applied: a rehearsal starts no instances in advance',
};

/** SAM has none for a cluster (its developer guide, "AWS SAM connector reference"). */
const CONNECTORS = 'creates policies for other services, which a rehearsal does not have';

/**
 * What SAM would create for functions besides the functions, their roles and their Kafka mappings; a rehearsal has no
 * replacement for it.
 */
export function leftOutOfSam(document: TemplateDocument): Remark[] {
  return Object.entries(document.Resources).flatMap(([id, resource]): Remark[] => {
    const { Type, Properties = {}, Connectors: connectors } = resource;
    if (Type !== 'AWS::Serverless::Function') return [];
    const globals = globalsFor(resource, globalsOf(document));
    const at = `Resources.${id}.Properties`;
    const events = isRecord(Properties['Events']) ? Properties['Events'] : {};
    return [
      ...(connectors === undefined ? [] : [{ path: `Resources.${id}.Connectors`, reason: CONNECTORS }]),
      ...Object.entries(makers).flatMap(([key, reason]): Remark[] => {
        if (Properties[key] !== undefined) return [{ path: `${at}.${key}`, reason }];
        return globals[key] === undefined ? [] : [{ path: `Globals.Function.${key}`, reason }];
      }),
      ...Object.entries(events).flatMap(([name, event]): Remark[] => {
        if (!isRecord(event) || ofKafka(event)) return [];
        const type = typeof event['Type'] === 'string' ? event['Type'] : 'another service';
        return [{ path: `${at}.Events.${name}`, reason: `is an event of ${type}: a rehearsal does not invoke ${id}` }];
      }),
    ];
  });
}
