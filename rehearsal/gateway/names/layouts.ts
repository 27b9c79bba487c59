/**
 * Where Kafka's requests have the names of topics, groups and transactional ids. Written by
 * scripts/generate-request-names.ts from the definitions in kafka-clients-4.1.0.jar and kafka-clients-3.9.1.jar.
 */
export interface RequestLayouts {
  /** From this version on, lengths are compact and structures end in tagged fields. */
  readonly flexibleFrom: number;
  /** The newest version that is known. */
  readonly last: number;
  /** By the first version that has it; see fields.ts for how to read one. */
  readonly from: Readonly<Record<number, string>>;
}

export const requestLayouts: Readonly<Record<number, RequestLayouts | undefined>> = {
  // ProduceRequest
  0: {
    flexibleFrom: 9,
    last: 13,
    from: {
      0: 'int16 int32 [ string=topic [ int32 bytes ] ]',
      3: 'string=transaction int16 int32 [ string=topic [ int32 bytes ] ]',
      13: 'string=transaction int16 int32 [ uuid=topicId [ int32 bytes ] ]',
    },
  },
  // FetchRequest
  1: {
    flexibleFrom: 12,
    last: 18,
    from: {
      0: 'int32 int32 int32 [ string=topic [ int32 int64 int32 ] ]',
      3: 'int32 int32 int32 int32 [ string=topic [ int32 int64 int32 ] ]',
      4: 'int32 int32 int32 int32 int8 [ string=topic [ int32 int64 int32 ] ]',
      5: 'int32 int32 int32 int32 int8 [ string=topic [ int32 int64 int64 int32 ] ]',
      7: 'int32 int32 int32 int32 int8 int32 int32 [ string=topic [ int32 int64 int64 int32 ] ] [ string=topic [int32] ]',
      9: 'int32 int32 int32 int32 int8 int32 int32 [ string=topic [ int32 int32 int64 int64 int32 ] ] [ string=topic [int32] ]',
      12: 'int32 int32 int32 int32 int8 int32 int32 [ string=topic [ int32 int32 int64 int32 int64 int32 ] ] [ string=topic [int32] ]',
      13: 'int32 int32 int32 int32 int8 int32 int32 [ uuid=topicId [ int32 int32 int64 int32 int64 int32 ] ] [ uuid=topicId [int32] ]',
      15: 'int32 int32 int32 int8 int32 int32 [ uuid=topicId [ int32 int32 int64 int32 int64 int32 ] ] [ uuid=topicId [int32] ]',
    },
  },
  // ListOffsetsRequest
  2: {
    flexibleFrom: 6,
    last: 10,
    from: {
      0: 'int32 [ string=topic [ int32 int64 int32 ] ]',
      1: 'int32 [ string=topic [ int32 int64 ] ]',
      2: 'int32 int8 [ string=topic [ int32 int64 ] ]',
      4: 'int32 int8 [ string=topic [ int32 int32 int64 ] ]',
    },
  },
  // MetadataRequest
  3: {
    flexibleFrom: 9,
    last: 13,
    from: {
      0: '[ string=topic ]',
      10: '[ uuid=topicId string=topic ]',
    },
  },
  // OffsetCommitRequest
  8: {
    flexibleFrom: 8,
    last: 10,
    from: {
      0: 'string=group [ string=topic [ int32 int64 string ] ]',
      1: 'string=group int32 string [ string=topic [ int32 int64 int64 string ] ]',
      2: 'string=group int32 string int64 [ string=topic [ int32 int64 string ] ]',
      5: 'string=group int32 string [ string=topic [ int32 int64 string ] ]',
      6: 'string=group int32 string [ string=topic [ int32 int64 int32 string ] ]',
      7: 'string=group int32 string string [ string=topic [ int32 int64 int32 string ] ]',
      10: 'string=group int32 string string [ uuid=topicId [ int32 int64 int32 string ] ]',
    },
  },
  // OffsetFetchRequest
  9: {
    flexibleFrom: 6,
    last: 10,
    from: {
      0: 'string=group [ string=topic [int32] ]',
      8: '[ string=group [ string=topic [int32] ] ]',
      9: '[ string=group string int32 [ string=topic [int32] ] ]',
      10: '[ string=group string int32 [ uuid=topicId [int32] ] ]',
    },
  },
  // FindCoordinatorRequest
  10: {
    flexibleFrom: 3,
    last: 6,
    from: {
      0: 'string=coordinator',
      4: 'int8 [string=coordinator]',
    },
  },
  // JoinGroupRequest
  11: {
    flexibleFrom: 6,
    last: 9,
    from: {
      0: 'string=group',
    },
  },
  // HeartbeatRequest
  12: {
    flexibleFrom: 4,
    last: 4,
    from: {
      0: 'string=group',
    },
  },
  // LeaveGroupRequest
  13: {
    flexibleFrom: 4,
    last: 5,
    from: {
      0: 'string=group',
    },
  },
  // SyncGroupRequest
  14: {
    flexibleFrom: 4,
    last: 5,
    from: {
      0: 'string=group',
    },
  },
  // DescribeGroupsRequest
  15: {
    flexibleFrom: 5,
    last: 6,
    from: {
      0: '[string=group]',
    },
  },
  // CreateTopicsRequest
  19: {
    flexibleFrom: 5,
    last: 7,
    from: {
      0: '[ string=topic int32 int16 [ int32 [int32] ] [ string string ] ]',
    },
  },
  // DeleteTopicsRequest
  20: {
    flexibleFrom: 4,
    last: 6,
    from: {
      0: '[string=topic]',
      6: '[ string=topic uuid=topicId ]',
    },
  },
  // DeleteRecordsRequest
  21: {
    flexibleFrom: 2,
    last: 2,
    from: {
      0: '[ string=topic [ int32 int64 ] ]',
    },
  },
  // InitProducerIdRequest
  22: {
    flexibleFrom: 2,
    last: 6,
    from: {
      0: 'string=transaction',
    },
  },
  // OffsetForLeaderEpochRequest
  23: {
    flexibleFrom: 4,
    last: 4,
    from: {
      0: '[ string=topic [ int32 int32 ] ]',
      2: '[ string=topic [ int32 int32 int32 ] ]',
      3: 'int32 [ string=topic [ int32 int32 int32 ] ]',
    },
  },
  // AddPartitionsToTxnRequest
  24: {
    flexibleFrom: 3,
    last: 5,
    from: {
      0: 'string=transaction int64 int16 [ string=topic [int32] ]',
      4: '[ string=transaction int64 int16 bool [ string=topic [int32] ] ]',
    },
  },
  // AddOffsetsToTxnRequest
  25: {
    flexibleFrom: 3,
    last: 4,
    from: {
      0: 'string=transaction int64 int16 string=group',
    },
  },
  // EndTxnRequest
  26: {
    flexibleFrom: 3,
    last: 5,
    from: {
      0: 'string=transaction',
    },
  },
  // TxnOffsetCommitRequest
  28: {
    flexibleFrom: 3,
    last: 5,
    from: {
      0: 'string=transaction string=group int64 int16 [ string=topic [ int32 int64 string ] ]',
      2: 'string=transaction string=group int64 int16 [ string=topic [ int32 int64 int32 string ] ]',
      3: 'string=transaction string=group int64 int16 int32 string string [ string=topic [ int32 int64 int32 string ] ]',
    },
  },
  // DescribeConfigsRequest
  32: {
    flexibleFrom: 4,
    last: 4,
    from: {
      0: '[ int8 string=topic [string] ]',
    },
  },
  // AlterConfigsRequest
  33: {
    flexibleFrom: 2,
    last: 2,
    from: {
      0: '[ int8 string=topic [ string string ] ]',
    },
  },
  // AlterReplicaLogDirsRequest
  34: {
    flexibleFrom: 2,
    last: 2,
    from: {
      0: '[ string [ string=topic [int32] ] ]',
    },
  },
  // DescribeLogDirsRequest
  35: {
    flexibleFrom: 2,
    last: 4,
    from: {
      0: '[ string=topic [int32] ]',
    },
  },
  // CreatePartitionsRequest
  37: {
    flexibleFrom: 2,
    last: 3,
    from: {
      0: '[ string=topic int32 [ [int32] ] ]',
    },
  },
  // DeleteGroupsRequest
  42: {
    flexibleFrom: 2,
    last: 2,
    from: {
      0: '[string=group]',
    },
  },
  // ElectLeadersRequest
  43: {
    flexibleFrom: 2,
    last: 2,
    from: {
      0: '[ string=topic [int32] ]',
      1: 'int8 [ string=topic [int32] ]',
    },
  },
  // IncrementalAlterConfigsRequest
  44: {
    flexibleFrom: 1,
    last: 1,
    from: {
      0: '[ int8 string=topic [ string int8 string ] ]',
    },
  },
  // AlterPartitionReassignmentsRequest
  45: {
    flexibleFrom: 0,
    last: 1,
    from: {
      0: 'int32 [ string=topic [ int32 [int32] ] ]',
      1: 'int32 bool [ string=topic [ int32 [int32] ] ]',
    },
  },
  // ListPartitionReassignmentsRequest
  46: {
    flexibleFrom: 0,
    last: 0,
    from: {
      0: 'int32 [ string=topic [int32] ]',
    },
  },
  // OffsetDeleteRequest
  47: {
    flexibleFrom: Infinity,
    last: 0,
    from: {
      0: 'string=group [ string=topic [ int32 ] ]',
    },
  },
  // DescribeQuorumRequest
  55: {
    flexibleFrom: 0,
    last: 2,
    from: {
      0: '[ string=topic [ int32 ] ]',
    },
  },
  // DescribeProducersRequest
  61: {
    flexibleFrom: 0,
    last: 0,
    from: {
      0: '[ string=topic [int32] ]',
    },
  },
  // DescribeTransactionsRequest
  65: {
    flexibleFrom: 0,
    last: 0,
    from: {
      0: '[string=transaction]',
    },
  },
  // ConsumerGroupHeartbeatRequest
  68: {
    flexibleFrom: 0,
    last: 1,
    from: {
      0: 'string=group string int32 string string int32 [string=topic] string [ uuid=topicId [int32] ]',
      1: 'string=group string int32 string string int32 [string=topic] string=topicPattern string [ uuid=topicId [int32] ]',
    },
  },
  // ConsumerGroupDescribeRequest
  69: {
    flexibleFrom: 0,
    last: 1,
    from: {
      0: '[string=group]',
    },
  },
  // DescribeTopicPartitionsRequest
  75: {
    flexibleFrom: 0,
    last: 0,
    from: {
      0: '[ string=topic ]',
    },
  },
  // ShareGroupHeartbeatRequest
  76: {
    flexibleFrom: 0,
    last: 1,
    from: {
      0: 'string=group',
      1: 'string=group string int32 string [string=topic]',
    },
  },
  // ShareGroupDescribeRequest
  77: {
    flexibleFrom: 0,
    last: 1,
    from: {
      0: '[string=group]',
    },
  },
  // ShareFetchRequest
  78: {
    flexibleFrom: 0,
    last: 1,
    from: {
      0: 'string=group string int32 int32 int32 int32 [ uuid=topicId [ int32 int32 [ int64 int64 [int8] ] ] ] [ uuid=topicId [int32] ]',
      1: 'string=group string int32 int32 int32 int32 int32 int32 [ uuid=topicId [ int32 [ int64 int64 [int8] ] ] ] [ uuid=topicId [int32] ]',
    },
  },
  // ShareAcknowledgeRequest
  79: {
    flexibleFrom: 0,
    last: 1,
    from: {
      0: 'string=group string int32 [ uuid=topicId [ int32 [ int64 int64 [int8] ] ] ]',
    },
  },
  // StreamsGroupHeartbeatRequest
  88: {
    flexibleFrom: 0,
    last: 0,
    from: {
      0: 'string=group string int32 int32 string string int32 {? int32 [ string [string=topic] [string=topicPattern] [ string=topic int32 int16 [ string string ] ] [string=topic] [ string=topic int32 int16 [ string string ] ] [ [int16] [int16] [int16] ] ] }',
    },
  },
  // StreamsGroupDescribeRequest
  89: {
    flexibleFrom: 0,
    last: 0,
    from: {
      0: '[string=group]',
    },
  },
  // DescribeShareGroupOffsetsRequest
  90: {
    flexibleFrom: 0,
    last: 0,
    from: {
      0: '[ string=group [ string=topic [int32] ] ]',
    },
  },
  // AlterShareGroupOffsetsRequest
  91: {
    flexibleFrom: 0,
    last: 0,
    from: {
      0: 'string=group [ string=topic [ int32 int64 ] ]',
    },
  },
  // DeleteShareGroupOffsetsRequest
  92: {
    flexibleFrom: 0,
    last: 0,
    from: {
      0: 'string=group [ string=topic ]',
    },
  },
};
