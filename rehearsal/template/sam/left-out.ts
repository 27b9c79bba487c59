import { Problems } from '../../problem.js';
import type { TemplateDocument, TemplateResource } from '../load/document.js';
import type { Remark } from '../remarks.js';
import { canBeMade } from '../resolve/resources.js';
import type { Resolving } from '../resolve/resolving.js';
import { isRecord } from '../resolve/values.js';
import { ofKafka } from './events.js';
import { globalsFor, globalsOf } from './globals.js';
import { roleOf } from './roles.js';

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
 * What SAM would create besides functions, their roles and their Kafka mappings; a rehearsal has no replacement for it.
 *
 * @param document with the resources of SAM
 */
export function leftOutOfSam(document: TemplateDocument, resolving: Resolving): Remark[] {
  return possibleResources(document, resolving).flatMap(([id, resource]): Remark[] => {
    const { Type, Properties = {}, Connectors: connectors } = resource;
    const ofConnectors = connectors === undefined ? [] : [{ path: `Resources.${id}.Connectors`, reason: CONNECTORS }];
    if (Type !== 'AWS::Serverless::Function') return ofConnectors;
    const globals = globalsFor(resource, globalsOf(document));
    const at = `Resources.${id}.Properties`;
    const events = isRecord(Properties['Events']) ? Properties['Events'] : {};
    return [
      ...ofConnectors,
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

/** Properties of a SAM function that are about the role that SAM makes (its developer guide). */
const ofMadeRole = ['AssumeRolePolicyDocument', 'PermissionsBoundary', 'Policies', 'RolePath'];

/**
 * Properties of functions that SAM ignores, because they are about a role that it does not make. Those in `Globals` may
 * be meant for other functions.
 *
 * @param document with the resources of SAM
 */
export function ignoredBySam(document: TemplateDocument, resolving: Resolving): Remark[] {
  return possibleResources(document, resolving).flatMap(([id, { Type, Properties = {} }]): Remark[] => {
    if (Type !== 'AWS::Serverless::Function') return [];
    const chosen = (key: string): unknown => {
      const value = Properties[key];
      const unfolded = new Problems().try(() => resolving.unfolded(value, `Resources.${id}.Properties.${key}`));
      return unfolded === undefined ? value : unfolded.value;
    };
    if (roleOf(chosen('Role'), undefined).isMade) return [];
    return ofMadeRole
      .filter((key) => chosen(key) !== undefined)
      .map((key) => ({
        path: `Resources.${id}.Properties.${key}`,
        reason: 'SAM ignores it, because the function has a Role',
      }));
  });
}

/** Resources that the stack creates, or for which that is unknown. */
function possibleResources({ Resources }: TemplateDocument, resolving: Resolving): [string, TemplateResource][] {
  return Object.entries(Resources).filter(([id, { Condition }]) =>
    canBeMade({
      isMade: () => Condition === undefined || resolving.condition({ Condition }, `Resources.${id}.Condition`),
    }),
  );
}
