import type { AdminApi, BrokerApis } from '../client/broker-apis.js';
import { describedAcls, type DescribedResource } from '../client/described.js';
import { kafkaErrorName } from '../client/kafka-error-names.js';
import { kafkajs, outcome, type Outcome, type Prepare } from './prepare.js';

const ACL_ANY = 1;
const ACL_ANY_PATTERN = 1;
const TOPIC_RESOURCE = 2;
const BROKER_RESOURCE = 4;
/** Kafka's source of a setting that the topic has itself. */
const SET_ON_TOPIC = 1;

interface DescribedSettings {
  resources: {
    errorCode: number;
    configEntries: { configName: string; configValue: string | null; configSource?: number }[];
  }[];
}

function settingsOf(
  { resources: [first] }: DescribedSettings,
  wanted: (entry: DescribedSettings['resources'][number]['configEntries'][number]) => boolean,
): BrokerApis['describeBroker']['answer'] {
  return {
    error: kafkaErrorName(first?.errorCode ?? 0),
    settings: (first?.configEntries ?? [])
      .filter(wanted)
      .map(({ configName, configValue }) => ({ name: configName, value: configValue })),
  };
}

const acl = ({
  principal,
  host,
  resourceType,
  resourceName,
  patternType,
  operation,
  permission,
}: BrokerApis['createAcls']['request']['acls'][number]): object => ({
  principal,
  host,
  resourceType,
  resourceName,
  resourcePatternType: patternType,
  operation,
  permissionType: permission,
});

/** Requests about the settings of brokers and about ACLs. */
export const adminApis: {
  readonly [A in AdminApi]: Prepare<A>;
} = {
  describeBroker: kafkajs<'describeBroker', DescribedSettings>(
    'DescribeConfigs',
    32,
    ({ nodeId }) => ({ resources: [{ type: BROKER_RESOURCE, name: String(nodeId) }], includeSynonyms: false }),
    (described) => settingsOf(described, () => true),
  ),
  describeTopicSettings: kafkajs<'describeTopicSettings', DescribedSettings>(
    'DescribeConfigs',
    32,
    ({ topic }) => ({ resources: [{ type: TOPIC_RESOURCE, name: topic }], includeSynonyms: false }),
    (described) => settingsOf(described, ({ configSource }) => configSource === SET_ON_TOPIC),
  ),
  createAcls: kafkajs<'createAcls', { creationResponses: Outcome[] }>(
    'CreateAcls',
    30,
    ({ acls }) => ({ creations: acls.map(acl) }),
    ({ creationResponses }) => creationResponses.map(outcome),
  ),
  deleteAcls: kafkajs<'deleteAcls', { filterResponses: Outcome[] }>(
    'DeleteAcls',
    31,
    ({ acls }) => ({ filters: acls.map(acl) }),
    ({ filterResponses }) => filterResponses.map(outcome),
  ),
  describeAcls: kafkajs<'describeAcls', Outcome & { resources: DescribedResource[] }>(
    'DescribeAcls',
    29,
    ({ principal }) => ({
      resourceType: ACL_ANY,
      resourceName: null,
      resourcePatternType: ACL_ANY_PATTERN,
      principal: principal ?? null,
      host: null,
      operation: ACL_ANY,
      permissionType: ACL_ANY,
    }),
    ({ errorCode, errorMessage, resources }) => ({
      ...outcome({ errorCode, errorMessage: errorMessage ?? null }),
      acls: resources.flatMap(describedAcls),
    }),
  ),
};
