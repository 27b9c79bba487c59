import { Deadline } from '../../src/base/deadline.js';
import { config } from '../../src/index.js';
import { createAcls, deleteAcls, listAcls, untilAcls, type AclEntry } from '../../src/kafka/admin/acls.js';
import { listTopics } from '../../src/kafka/admin/describe-topics.js';
import { listGroups } from '../../src/kafka/admin/list-groups.js';
import type { KafkaConnection } from '../../src/kafka/connection.js';
import { kafkaConnection } from '../../src/pubsub/kafka-connection.js';

/** A Kafka whose ACLs are changed. */
export interface AclKafka {
  /** Resolves when every broker applies the change. */
  change(create: readonly AclEntry[], remove: readonly AclEntry[], signal?: AbortSignal): Promise<void>;
  /** The entries of these principals. */
  list(principals: readonly string[], signal?: AbortSignal): Promise<AclEntry[]>;
  topics(): Promise<string[]>;
  groups(): Promise<string[]>;
}

const CHANGE_MS = 15_000;

/** @param adminBrokers `host:port` of each broker's listener on which everything is allowed */
export function aclKafka(adminBrokers: readonly string[]): AclKafka {
  const admin = connectionTo(adminBrokers);
  const each = adminBrokers.map((broker) => connectionTo([broker]));
  return {
    change: async (create, remove, signal) => {
      const deadline = new Deadline(CHANGE_MS, signal);
      if (create.length + remove.length === 0) return;
      await deleteAcls(admin, remove, deadline);
      await createAcls(admin, create, deadline);
      const wanted = { present: create, absent: remove };
      await Promise.all(each.map((broker) => untilAcls(broker, wanted, deadline)));
    },
    list: async (principals, signal) => {
      const all = await listAcls(admin, {}, new Deadline(CHANGE_MS, signal));
      return all.filter(({ principal }) => principals.includes(principal));
    },
    topics: () => listTopics(admin, new Deadline(CHANGE_MS)),
    groups: () => listGroups(admin, [''], new Deadline(CHANGE_MS)),
  };
}

function connectionTo(brokers: readonly string[]): KafkaConnection {
  return kafkaConnection(config.create({ connection: { brokers: [...brokers] } }));
}
