import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  ConfigResourceTypes,
  ResourcePatternTypes,
  type Kafka,
} from 'kafkajs';
import { consumeOne } from '../../../support/consume-one.js';

/** An operation of kafkajs, and the rights without which it fails. */
export interface Attempt {
  readonly what: string;
  /** Each is an action, and the kind and name of its resource. */
  readonly needs: readonly (readonly [
    action: string,
    kind: 'cluster' | 'topic' | 'group' | 'transactional-id',
    name: string,
  ])[];
  /** Rejects if it is not allowed. */
  readonly run: (kafka: Kafka) => Promise<unknown>;
}

/** kafkajs needs the second try if it has no metadata yet. */
export const retry = { retries: 1, initialRetryTime: 20 };

/** @param topic exists, with two partitions and a record in the first one */
export function topicAttempts(topic: string): Attempt[] {
  const needs = (...actions: string[]): Attempt['needs'] =>
    actions.map((action) => [`kafka-cluster:${action}`, 'topic', topic]);
  const resources = [{ type: ConfigResourceTypes.TOPIC, name: topic }];
  return [
    {
      what: `describe ${topic}`,
      needs: needs('DescribeTopic'),
      run: (kafka) => asAdmin(kafka, (admin) => admin.fetchTopicMetadata({ topics: [topic] })),
    },
    {
      what: `create ${topic}`,
      needs: needs('CreateTopic'),
      // It exists: only a client with the right to create it gets this error.
      run: (kafka) => asAdmin(kafka, (admin) => admin.createTopics({ topics: [{ topic }], validateOnly: true })),
    },
    {
      what: `add partitions to ${topic}`,
      needs: needs('AlterTopic'),
      run: (kafka) =>
        asAdmin(kafka, (admin) =>
          admin.createPartitions({ topicPartitions: [{ topic, count: 3 }], validateOnly: true }),
        ),
    },
    {
      what: `read the settings of ${topic}`,
      needs: needs('DescribeTopicDynamicConfiguration'),
      run: (kafka) => asAdmin(kafka, (admin) => admin.describeConfigs({ resources, includeSynonyms: false })),
    },
    {
      what: `change the settings of ${topic}`,
      needs: needs('AlterTopicDynamicConfiguration'),
      run: (kafka) =>
        asAdmin(kafka, (admin) =>
          admin.alterConfigs({
            resources: [
              {
                type: ConfigResourceTypes.TOPIC,
                name: topic,
                configEntries: [{ name: 'retention.ms', value: '86400000' }],
              },
            ],
            validateOnly: true,
          }),
        ),
    },
    {
      what: `delete records of ${topic}`,
      needs: needs('DescribeTopic', 'DeleteTopic'),
      run: (kafka) =>
        asAdmin(kafka, async (admin) => {
          // kafkajs does not look for the topic's leaders itself.
          await admin.fetchTopicOffsets(topic);
          await admin.deleteTopicRecords({ topic, partitions: [{ partition: 1, offset: '-1' }] });
        }),
    },
    {
      what: `write to ${topic}`,
      needs: needs('DescribeTopic', 'WriteData'),
      run: (kafka) => send(kafka, topic),
    },
  ];
}

/** @param group does not exist */
export function groupAttempts(group: string): Attempt[] {
  const needs = (...actions: string[]): Attempt['needs'] =>
    actions.map((action) => [`kafka-cluster:${action}`, 'group', group]);
  return [
    {
      what: `describe ${group}`,
      needs: needs('DescribeGroup'),
      run: (kafka) => asAdmin(kafka, (admin) => admin.describeGroups([group])),
    },
    {
      what: `delete ${group}`,
      needs: needs('DescribeGroup', 'DeleteGroup'),
      run: (kafka) =>
        asAdmin(kafka, (admin) =>
          admin.deleteGroups([group]).catch((error: unknown) => {
            // It does not exist: only a client with the right to delete it gets this error.
            if (!errorTypes(error).every((type) => type === 'GROUP_ID_NOT_FOUND')) throw error;
          }),
        ),
    },
  ];
}

/** @param topic has a record */
export function consumeAttempt(topic: string, group: string): Attempt {
  return {
    what: `consume ${topic} as ${group}`,
    needs: [
      ['kafka-cluster:DescribeTopic', 'topic', topic],
      ['kafka-cluster:ReadData', 'topic', topic],
      ['kafka-cluster:DescribeGroup', 'group', group],
      ['kafka-cluster:AlterGroup', 'group', group],
    ],
    run: (kafka) => consumeOne(kafka, topic, group, retry),
  };
}

const filter = {
  resourceType: AclResourceTypes.TOPIC,
  resourceName: 'nothing-has-this-name',
  resourcePatternType: ResourcePatternTypes.LITERAL,
  operation: AclOperationTypes.ANY,
  permissionType: AclPermissionTypes.ANY,
};

/** @param id a transactional id */
export function clusterAttempts(topic: string, id: string): Attempt[] {
  const needs = (action: string): Attempt['needs'] => [[`kafka-cluster:${action}`, 'cluster', '']];
  return [
    {
      what: 'list ACLs',
      needs: needs('DescribeCluster'),
      run: (kafka) => asAdmin(kafka, (admin) => admin.describeAcls(filter)),
    },
    {
      what: 'delete ACLs',
      needs: needs('AlterCluster'),
      run: (kafka) => asAdmin(kafka, (admin) => admin.deleteAcls({ filters: [filter] })),
    },
    {
      what: `write to ${topic} idempotently`,
      needs: [
        ...needs('WriteDataIdempotently'),
        ['kafka-cluster:DescribeTopic', 'topic', topic],
        ['kafka-cluster:WriteData', 'topic', topic],
      ],
      run: (kafka) => send(kafka, topic, { idempotent: true }),
    },
    {
      what: `write to ${topic} in a transaction of ${id}`,
      needs: [
        ...needs('WriteDataIdempotently'),
        ['kafka-cluster:DescribeTransactionalId', 'transactional-id', id],
        ['kafka-cluster:AlterTransactionalId', 'transactional-id', id],
        ['kafka-cluster:DescribeTopic', 'topic', topic],
        ['kafka-cluster:WriteData', 'topic', topic],
      ],
      run: (kafka) => send(kafka, topic, { idempotent: true, transactionalId: id, maxInFlightRequests: 1 }),
    },
  ];
}

async function asAdmin<T>(kafka: Kafka, work: (admin: ReturnType<Kafka['admin']>) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

async function send(kafka: Kafka, topic: string, options: Parameters<Kafka['producer']>[0] = {}): Promise<void> {
  const producer = kafka.producer({ ...options, retry });
  try {
    await producer.connect();
    const to = { topic, messages: [{ value: 'x', partition: 0 }] };
    if (options.transactionalId === undefined) {
      await producer.send(to);
      return;
    }
    const transaction = await producer.transaction();
    await transaction.send(to);
    await transaction.commit();
  } finally {
    await producer.disconnect();
  }
}

/** Kafka's names of the errors, including those within a combined error. */
export function errorTypes(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  const { type, groups, errors, cause, partitions } = error as Error & {
    type?: string;
    groups?: { error?: unknown }[];
    partitions?: { error?: unknown }[];
    errors?: unknown[];
  };
  const parts = [...(groups ?? []).map((one) => one.error), ...(partitions ?? []).map((one) => one.error)];
  const inner = [...parts, ...(errors ?? []), ...(type === undefined && cause !== undefined ? [cause] : [])];
  if (inner.length > 0) return inner.flatMap(errorTypes);
  return [type ?? error.message];
}
