import type { TemplateResource } from '../load/document.js';
import { isRecord } from '../resolve/values.js';

/**
 * The mappings that SAM creates for a function's Kafka events.
 *
 * @returns each with the logical id that SAM gives it
 */
export function samMappings(
  id: string,
  events: unknown,
  condition: { Condition?: string },
): [string, TemplateResource][] {
  if (!isRecord(events)) return [];
  return Object.entries(events).flatMap(([name, event]): [string, TemplateResource][] => {
    if (!isRecord(event) || !ofKafka(event)) return [];
    const properties = isRecord(event['Properties']) ? event['Properties'] : {};
    const { Stream: stream, Topics: topics, ConsumerGroupId: group, KafkaBootstrapServers: servers } = properties;
    const { DestinationConfig: destinations } = properties;
    const config =
      event['Type'] === 'MSK' ? 'AmazonManagedKafkaEventSourceConfig' : 'SelfManagedKafkaEventSourceConfig';
    const at = `Resources.${id}.Properties.Events.${name}.Properties`;
    const made: TemplateResource = {
      Type: 'AWS::Lambda::EventSourceMapping',
      ...condition,
      Properties: {
        FunctionName: { Ref: id },
        Topics: topics,
        ...(stream === undefined ? {} : { EventSourceArn: stream }),
        ...(event['Type'] === 'MSK'
          ? {}
          : { SelfManagedEventSource: { Endpoints: { KafkaBootstrapServers: servers ?? [] } } }),
        ...(group === undefined ? {} : { [config]: { ConsumerGroupId: group } }),
        ...(destinations === undefined ? {} : { DestinationConfig: destinations }),
      },
      origins: {
        Topics: `${at}.Topics`,
        EventSourceArn: `${at}.Stream`,
        [config]: at,
        DestinationConfig: `${at}.DestinationConfig`,
        'SelfManagedEventSource.Endpoints.KafkaBootstrapServers': `${at}.KafkaBootstrapServers`,
      },
      added: ['FunctionName'],
      madeFor: id,
    };
    return [[`${id}${name}`, made]];
  });
}

/** Whether an event of a SAM function is a Kafka event. Others are not about a cluster. */
export function ofKafka(event: Readonly<Record<string, unknown>>): boolean {
  return event['Type'] === 'MSK' || event['Type'] === 'SelfManagedKafka';
}
