import { isProblem } from '../../problem.js';
import type { ServiceTopicsModel } from '../model.js';
import { possiblyOf } from '../resolve/resources.js';
import type { Resolving } from '../resolve/resolving.js';
import type { Section } from '../resolve/section.js';

/** What a resource names: sections, of which some are absent. */
interface Named {
  readonly topics: readonly Section[];
  readonly cluster?: Section;
  readonly group?: Section;
}

/** Properties of resources, besides mappings, with the names of topics. None of these resources runs in a rehearsal. */
const services: Readonly<Record<string, (properties: Section) => Named[]>> = {
  'AWS::Lambda::EventSourceMapping': (properties) => [
    {
      topics: [properties.get('DestinationConfig').get('OnFailure').get('Destination')],
      cluster: properties.get('EventSourceArn'),
    },
  ],
  'AWS::Pipes::Pipe': (properties) =>
    ['ManagedStreamingKafkaParameters', 'SelfManagedKafkaParameters'].map((key) => {
      const source = properties.get('SourceParameters').get(key);
      const cluster = key.startsWith('Managed') ? { cluster: properties.get('Source') } : {};
      return { topics: [source.get('TopicName')], group: source.get('ConsumerGroupID'), ...cluster };
    }),
  'AWS::KafkaConnect::Connector': (properties) => {
    const config = properties.get('ConnectorConfiguration');
    return [{ topics: [config.get('topics'), config.get('errors.deadletterqueue.topic.name')] }];
  },
  'AWS::KinesisFirehose::DeliveryStream': (properties) => {
    const source = properties.get('MSKSourceConfiguration');
    return [{ topics: [source.get('TopicName')], cluster: source.get('MSKClusterARN') }];
  },
  'AWS::IoT::TopicRule': (properties) => {
    const rule = properties.get('TopicRulePayload');
    return [...rule.get('Actions').each(), rule.get('ErrorAction')].map((action) => ({
      topics: [action.get('Kafka').get('Topic')],
    }));
  },
};

/** The scheme of a topic to which Lambda writes what a function could not handle. */
const DESTINATION = 'AWS::Lambda::EventSourceMapping';
const ofDestination = /^kafka:\/\/(.+)$/;

/** The topics that services other than a mapping's source use. Unknown names are left out. */
export function readTopicsOfServices(resolving: Resolving): ServiceTopicsModel[] {
  return Object.entries(services).flatMap(([type, namedIn]) =>
    possiblyOf(resolving, type).flatMap(({ properties }) =>
      namedBy(() => namedIn(properties.lenient)).flatMap(({ topics, cluster, group }) =>
        topics.flatMap((section): ServiceTopicsModel[] => {
          const names = namesOf(section, type);
          if (names.length === 0) return [];
          return [{ path: section.path, topics: names, clusterArn: cluster?.known(), group: group?.known() }];
        }),
      ),
    ),
  );
}

/** None if a part of it has the wrong shape: it decides nothing here. */
function namedBy(read: () => Named[]): Named[] {
  try {
    return read();
  } catch (error) {
    if (!isProblem(error)) throw error;
    return [];
  }
}

function namesOf(section: Section, type: string): string[] {
  const text = section.known() ?? '';
  if (type === DESTINATION) return ofDestination.exec(text)?.slice(1) ?? [];
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.includes('${'));
}
