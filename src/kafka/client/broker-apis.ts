/**
 * Requests to brokers and their responses, in terms of Kafka's protocol, independent of a client library.
 *
 * A response has the broker's errors as Kafka's names (`NOT_COORDINATOR_FOR_GROUP`), each at its part of the response:
 * the error of one partition does not hide the results of the others. A request rejects only if there is no response.
 */
export interface BrokerApis {
  metadata: {
    request: {
      /** Undefined: every topic that this identity may see. */
      readonly topics: readonly string[] | undefined;
      readonly allowAutoTopicCreation: boolean;
    };
    answer: ClusterMetadata;
  };
  findCoordinator: {
    request: { readonly group: string };
    answer: { readonly error: KafkaErrorName; readonly nodeId: number; readonly host: string; readonly port: number };
  };
  joinGroup: {
    request: {
      readonly group: string;
      /** Empty for a new member. */
      readonly memberId: string;
      readonly sessionTimeoutMs: number;
      readonly rebalanceTimeoutMs: number;
      readonly protocol: string;
      readonly metadata: Buffer;
    };
    answer: {
      readonly error: KafkaErrorName;
      readonly generation: number;
      readonly memberId: string;
      readonly leaderId: string;
      /** All members if this one is the leader; otherwise empty. */
      readonly members: readonly { readonly memberId: string; readonly metadata: Buffer }[];
    };
  };
  syncGroup: {
    request: {
      readonly group: string;
      readonly generation: number;
      readonly memberId: string;
      readonly assignments: readonly { readonly memberId: string; readonly assignment: Buffer }[];
    };
    answer: { readonly error: KafkaErrorName; readonly assignment: Buffer };
  };
  heartbeat: {
    request: { readonly group: string; readonly generation: number; readonly memberId: string };
    answer: { readonly error: KafkaErrorName };
  };
  leaveGroup: {
    request: { readonly group: string; readonly memberId: string };
    answer: { readonly error: KafkaErrorName };
  };
  offsetCommit: {
    request: {
      readonly group: string;
      readonly generation: number;
      readonly memberId: string;
      readonly topic: string;
      readonly offsets: ReadonlyMap<number, { readonly offset: number; readonly metadata: string }>;
    };
    answer: { readonly errors: ReadonlyMap<number, KafkaErrorName> };
  };
  offsetFetch: {
    request: { readonly group: string; readonly topic: string; readonly partitions: readonly number[] };
    answer: {
      readonly error: KafkaErrorName;
      /** `offset` is negative if nothing is committed. */
      readonly partitions: ReadonlyMap<
        number,
        { readonly error: KafkaErrorName; readonly offset: number; readonly metadata: string }
      >;
    };
  };
  listOffsets: {
    request: {
      readonly topic: string;
      readonly partitions: readonly number[];
      /** Wall clock (ms); -1: the end, -2: the start. */
      readonly timestamp: number;
    };
    answer: ReadonlyMap<number, { readonly error: KafkaErrorName; readonly offset: number }>;
  };
  fetch: { request: FetchRequest; answer: FetchAnswer };
  produce: {
    request: { readonly topic: string; readonly batches: readonly ProduceBatch[]; readonly timeoutMs: number };
    answer: ReadonlyMap<number, { readonly error: KafkaErrorName; readonly baseOffset: number }>;
  };
  describeGroups: {
    request: { readonly groups: readonly string[] };
    answer: readonly GroupDescription[];
  };
  listGroups: {
    request: Record<string, never>;
    answer: {
      readonly error: KafkaErrorName;
      readonly groups: readonly { readonly group: string; readonly protocolType: string }[];
    };
  };
  /** Everything that a group has committed, for every topic that this identity may see. */
  committedOffsets: {
    request: { readonly group: string };
    answer: {
      readonly error: KafkaErrorName;
      readonly offsets: readonly { readonly topic: string; readonly partition: number; readonly offset: number }[];
    };
  };
  deleteGroups: {
    request: { readonly groups: readonly string[] };
    answer: ReadonlyMap<string, KafkaErrorName>;
  };
  createTopics: {
    request: {
      readonly topic: string;
      readonly partitions: number;
      readonly replicationFactor: number;
      readonly configs: Readonly<Record<string, string>>;
      readonly timeoutMs: number;
    };
    answer: { readonly error: KafkaErrorName; readonly message: string | undefined };
  };
  deleteTopics: {
    request: { readonly topics: readonly string[]; readonly timeoutMs: number };
    answer: ReadonlyMap<string, KafkaErrorName>;
  };
  describeBroker: {
    request: { readonly nodeId: number };
    answer: {
      readonly error: KafkaErrorName;
      readonly settings: readonly { readonly name: string; readonly value: string | null }[];
    };
  };
  /** Without settings that have the default of the cluster. */
  describeTopicSettings: {
    request: { readonly topic: string };
    answer: BrokerApis['describeBroker']['answer'];
  };
  createAcls: { request: { readonly acls: readonly AclBinding[] }; answer: readonly AclOutcome[] };
  deleteAcls: { request: { readonly acls: readonly AclBinding[] }; answer: readonly AclOutcome[] };
  describeAcls: {
    request: { readonly principal: string | undefined };
    answer: AclOutcome & { readonly acls: readonly AclBinding[] };
  };
}

export type ApiName = keyof BrokerApis;

/** Requests about consumer groups and their offsets. */
export type GroupApi =
  | 'findCoordinator'
  | 'joinGroup'
  | 'syncGroup'
  | 'heartbeat'
  | 'leaveGroup'
  | 'offsetCommit'
  | 'offsetFetch'
  | 'committedOffsets'
  | 'describeGroups'
  | 'listGroups'
  | 'deleteGroups';
/** Requests about the settings of brokers and topics, and about ACLs. */
export type AdminApi = 'describeBroker' | 'describeTopicSettings' | 'createAcls' | 'deleteAcls' | 'describeAcls';
/** Requests about topics and their records. */
export type TopicApi = Exclude<ApiName, GroupApi | AdminApi>;

/** Kafka's name for the error; undefined: none. */
export type KafkaErrorName = string | undefined;

export interface ClusterMetadata {
  readonly brokers: readonly BrokerAddress[];
  readonly clusterId: string | undefined;
  readonly controllerId: number;
  readonly topics: readonly TopicMetadata[];
}

export interface BrokerAddress {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}

export interface TopicMetadata {
  readonly topic: string;
  readonly error: KafkaErrorName;
  /** 32 hexadecimal digits; different after the topic was deleted and created again. Undefined: the broker has none. */
  readonly topicId: string | undefined;
  readonly partitions: readonly PartitionMetadata[];
}

export interface PartitionMetadata {
  readonly partition: number;
  readonly error: KafkaErrorName;
  /** Negative: none at the moment. */
  readonly leader: number;
  /** Grows with each change of the leader; -1: the broker does not say. */
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}

interface FetchRequest {
  readonly topic: string;
  readonly topicId: string | undefined;
  readonly maxWaitMs: number;
  readonly maxBytes: number;
  readonly partitions: readonly FetchPosition[];
}

interface FetchPosition {
  readonly partition: number;
  readonly offset: number;
  /** Epoch of the leader that wrote the record before `offset`; -1: unknown. */
  readonly lastEpoch: number;
}

export interface FetchAnswer {
  readonly error: KafkaErrorName;
  readonly partitions: readonly FetchedPartition[];
}

export interface FetchedPartition {
  readonly partition: number;
  readonly error: KafkaErrorName;
  readonly highWatermark: number;
  /**
   * The start of the first open transaction, or the high watermark if there is none. Records from here on are not
   * delivered.
   */
  readonly stableEnd: number;
  /** The first offset that still exists. */
  readonly logStart: number;
  /** The log has no record of the epoch that was asked for. */
  readonly divergence: Divergence | undefined;
  readonly aborted: readonly AbortedTransaction[];
  /** Record batches; the last one may be incomplete. Valid until the next fetch on the same connection. */
  readonly records: Buffer;
}

/** The newest epoch that a log has, before the one that was asked for, and the offset where its records end. */
export interface Divergence {
  readonly epoch: number;
  readonly offset: number;
}

export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

interface ProduceBatch {
  readonly partition: number;
  readonly records: readonly OutgoingBytes[];
}

export interface OutgoingBytes {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>> | undefined;
}

export interface GroupDescription {
  readonly group: string;
  readonly error: KafkaErrorName;
  /** `Stable`, `Empty`, `PreparingRebalance`… */
  readonly state: string;
  readonly protocolType: string;
  readonly members: readonly {
    readonly memberId: string;
    readonly clientId: string;
    /** As the broker saw it: "/10.0.0.7". */
    readonly host: string;
    readonly metadata: Buffer;
    readonly assignment: Buffer;
  }[];
}

/** One ACL, with Kafka's numbers. */
export interface AclBinding {
  readonly principal: string;
  readonly host: string;
  readonly resourceType: number;
  readonly resourceName: string;
  readonly patternType: number;
  readonly operation: number;
  readonly permission: number;
}

export interface AclOutcome {
  readonly error: KafkaErrorName;
  readonly message: string | undefined;
}
