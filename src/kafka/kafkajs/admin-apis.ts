import type { BrokerApis } from '../client/broker-apis.js';
import { kafkaErrorName } from '../client/kafka-error-names.js';
import { kafkajs, outcome, type Outcome, type Prepare } from './prepare.js';

const ACL_ANY = 1;
const ACL_ANY_PATTERN = 1;
const BROKER_RESOURCE = 4;

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
  readonly [A in 'describeBroker' | 'createAcls' | 'deleteAcls' | 'describeAcls']: Prepare<A>;
} = {
  describeBroker: kafkajs<
    'describeBroker',
    { resources: { errorCode: number; configEntries: { configName: string; configValue: string | null }[] }[] }
  >(
    'DescribeConfigs',
    32,
    ({ nodeId }) => ({ resources: [{ type: BROKER_RESOURCE, name: String(nodeId) }], includeSynonyms: false }),
    ({ resources }) => ({
      error: kafkaErrorName(resources[0]?.errorCode ?? 0),
      settings: (resources[0]?.configEntries ?? []).map(({ configName, configValue }) => ({
        name: configName,
        value: configValue,
      })),
    }),
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
  describeAcls: kafkajs<
    'describeAcls',
    Outcome & {
      resources: {
        resourceType: number;
        resourceName: string;
        resourcePatternType: number;
        acls: { principal: string; host: string; operation: number; permissionType: number }[];
      }[];
    }
  >(
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
      acls: resources.flatMap(({ resourceType, resourceName, resourcePatternType, acls }) =>
        acls.map(({ principal, host, operation, permissionType }) => ({
          principal,
          host,
          resourceType,
          resourceName,
          patternType: resourcePatternType,
          operation,
          permission: permissionType,
        })),
      ),
    }),
  ),
};
