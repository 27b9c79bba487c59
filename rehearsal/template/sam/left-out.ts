import type { TemplateDocument } from '../load/document.js';
import type { Remark } from '../remarks.js';
import { isRecord } from '../resolve/values.js';
import { ofKafka } from './events.js';

/** Properties of a SAM function of which SAM makes resources that are not here. */
const makers: Readonly<Record<string, string>> = {
  AutoPublishAlias: 'makes a version and an alias: here only the function itself is there',
  DeadLetterQueue: 'is not filled here',
  DeploymentPreference: 'is not carried out: nothing is deployed bit by bit here',
  EventInvokeConfig: 'is not carried out: nothing is retried or passed on here',
  FunctionUrlConfig: 'makes a URL, which is not here',
  ProvisionedConcurrencyConfig: 'is not carried out: nothing is started beforehand here',
};

/** What SAM would make of functions besides them, their roles and their mappings of Kafka: nothing stands for it. */
export function leftOutOfSam({ Resources, Globals }: TemplateDocument): Remark[] {
  const globals = isRecord(Globals?.['Function']) ? Globals['Function'] : {};
  return Object.entries(Resources).flatMap(([id, { Type, Properties = {} }]): Remark[] => {
    if (Type !== 'AWS::Serverless::Function') return [];
    const at = `Resources.${id}.Properties`;
    const events = isRecord(Properties['Events']) ? Properties['Events'] : {};
    return [
      ...Object.entries(makers).flatMap(([key, reason]): Remark[] => {
        if (Properties[key] !== undefined) return [{ path: `${at}.${key}`, reason }];
        return globals[key] === undefined ? [] : [{ path: `Globals.Function.${key}`, reason }];
      }),
      ...Object.entries(events).flatMap(([name, event]): Remark[] => {
        if (!isRecord(event) || ofKafka(event)) return [];
        const type = typeof event['Type'] === 'string' ? event['Type'] : 'another service';
        return [{ path: `${at}.Events.${name}`, reason: `is an event of ${type}: here it does not invoke ${id}` }];
      }),
    ];
  });
}
