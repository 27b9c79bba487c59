import type { AclBinding, AdminApi } from '../client/broker-apis.js';
import { describedAcls } from '../client/described.js';
import { kafkaErrorName } from '../client/kafka-error-names.js';
import { call, outcome, type Call } from './call.js';
import type { Platformatic } from './package.js';

const ANY = 1;
const TOPIC_RESOURCE = 2;
const BROKER_RESOURCE = 4;
/** The value of `source` for a setting of the topic itself. */
const SET_ON_TOPIC = 1;

type Acl = Parameters<Platformatic['createAclsV3']['createRequest']>[0][number];

/** The types of the package have Kafka's numbers; our types have the same numbers. */
function acl({ patternType, permission, ...rest }: AclBinding): Acl {
  return { ...rest, resourcePatternType: patternType, permissionType: permission } as Acl;
}

/** Requests about the settings of brokers and about ACLs. */
export function adminApis({ describeConfigsV4, createAclsV3, deleteAclsV3, describeAclsV3 }: Platformatic): {
  readonly [A in AdminApi]: Call<A>;
} {
  return {
    describeBroker: call(
      describeConfigsV4,
      ({ nodeId }) =>
        describeConfigsV4.createRequest(
          [{ resourceType: BROKER_RESOURCE, resourceName: String(nodeId), configurationKeys: null }],
          false,
          false,
        ),
      ({ results }) => ({
        error: kafkaErrorName(results[0]?.errorCode ?? 0),
        settings: (results[0]?.configs ?? []).map(({ name, value }) => ({ name, value: value ?? null })),
      }),
    ),
    describeTopicSettings: call(
      describeConfigsV4,
      ({ topic }) =>
        describeConfigsV4.createRequest(
          [{ resourceType: TOPIC_RESOURCE, resourceName: topic, configurationKeys: null }],
          false,
          false,
        ),
      ({ results }) => ({
        error: kafkaErrorName(results[0]?.errorCode ?? 0),
        settings: (results[0]?.configs ?? [])
          .filter(({ configSource }) => configSource === SET_ON_TOPIC)
          .map(({ name, value }) => ({ name, value: value ?? null })),
      }),
    ),
    createAcls: call(
      createAclsV3,
      ({ acls }) => createAclsV3.createRequest(acls.map(acl)),
      ({ results }) => results.map(outcome),
    ),
    deleteAcls: call(
      deleteAclsV3,
      ({ acls }) => deleteAclsV3.createRequest(acls.map(acl)),
      ({ filterResults }) => filterResults.map(outcome),
    ),
    describeAcls: call(
      describeAclsV3,
      ({ principal }) =>
        describeAclsV3.createRequest({
          resourceType: ANY,
          resourceName: null,
          resourcePatternType: ANY,
          principal: principal ?? null,
          host: null,
          operation: ANY,
          permissionType: ANY,
        }),
      ({ errorCode, errorMessage, resources }) => ({
        ...outcome({ errorCode, errorMessage: errorMessage ?? null }),
        acls: resources.flatMap(describedAcls),
      }),
    ),
  };
}
