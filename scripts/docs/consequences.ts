/**
 * What each setting does, by its path: the sentence that docs/configuration.md and the comments of config-input.ts have.
 */
const consequences: Readonly<Record<string, string>> = {
  'connection.brokers': 'Addresses of brokers, as host:port, separated by commas. One that answers is enough.',
  'connection.client':
    'The client library: kafkajs, or platformatic (@platformatic/kafka, which you install beside this package: npm install @platformatic/kafka). Both keep the same promises, and members of one group may use different ones.',
  'connection.client_id': "The name in the brokers' logs and quotas.",
  'connection.auth':
    'How to log in: none, msk_iam (AWS credentials, forces TLS), scram_sha_512, scram_sha_256 or plain.',
  'connection.region': 'AWS region of the cluster; msk_iam signs for it.',
  'connection.username': 'For scram_* and plain.',
  'connection.password': 'For scram_* and plain. Never printed.',
  'connection.tls': 'Encrypt, and verify the broker’s certificate.',
  'connection.tls_ca': 'A PEM file (or the PEM itself) with the authorities to trust instead of the system’s.',
  'connection.tls_cert':
    'A PEM file (or the PEM itself) with the client’s certificate, for brokers that require one (mTLS).',
  'connection.tls_key': 'A PEM file (or the PEM itself) with the key of tls_cert. Never printed.',
  'connection.connection_timeout_ms':
    'For TCP and TLS together. A shorter time may end a slow handshake; a longer time delays the error if packets are dropped.',
  'connection.authentication_timeout_ms': 'For the token and the SASL exchange of one connection.',
  'connection.broker_request_timeout_ms':
    'If a broker does not answer within this time, its connection is closed; the next attempt opens a new one.',
  'connection.metadata_max_age_ms':
    'How long it may take until a new partition or a moved leader is noticed if no request fails.',
  'connection.retry_denied_ms':
    'How long denials are retried, counted from the first denial since the start or the last success: a new policy takes time to take effect. 0: a denial is final.',
  'topics.worker': 'The topic of requests.',
  'topics.reply_to': 'The topic of replies.',
  'topics.reply_allowed':
    'Topics that a worker may reply to, separated by commas. A frame that names another is counted and not answered.',
  'topics.dead_letter':
    'The topic to which a worker writes the records that it stops handling: frames whose handler failed at its last attempt, and invalid records, with the position and the reason as headers. It must exist, otherwise connect() fails. Without the setting, the frames are only answered and counted.',
  'groups.worker':
    'Workers of one group share the requests; each group gets all of them. All its members read the same topic.',
  'groups.reply_to':
    'Requesters of one group share the partitions of the reply_to topic (reply_mode shared). With reply_mode own, this is the prefix of the groups.',
  'producer.partitioner':
    'How a key chooses its partition: java (murmur2, as other Kafka clients) or kafkajs_legacy (as kafkajs before 2.0). All publishers of a topic must agree, or a path loses its order.',
  'producer.allow_auto_topic_creation':
    'Ask brokers to create a topic that is missing. A misspelt name then creates a topic instead of an error.',
  'producer.send_timeout_ms':
    'A send that is not acknowledged within this time rejects; the record may have been written.',
  'producer.max_frame_bytes':
    'Larger frames are refused before they are sent. The topic’s own limit (max.message.bytes, 1048588 by default) also applies.',
  'consumer.connect_timeout_ms':
    'For connect(): reach a broker, join the group, fix the start positions. A first join takes 3 s on MSK.',
  'consumer.session_timeout_ms':
    'A member that sends no heartbeat for this time loses its partitions. Brokers refuse less than 6000 by default.',
  'consumer.heartbeat_interval_ms':
    'The time between heartbeats: how long it may take until a member notices that another one joins or leaves.',
  'consumer.rebalance_timeout_ms': 'How long a group waits for its members when one joins or leaves.',
  'consumer.fetch_max_wait_ms':
    'The longest an idle fetch waits at the broker. Frames that arrive do not wait for it. A partition that is assigned meanwhile does, and a smaller value uses more CPU while nothing arrives.',
  'consumer.fetch_max_bytes':
    'The size of one fetch response, which is in memory as a whole while it is decoded. A larger value does not reduce a lag faster, and uses several times its size in memory.',
  'consumer.queue_max_frames':
    'Frames that wait in memory for their reader. At this limit fetching pauses, below half of it fetching continues. A larger value uses more memory.',
  'consumer.queue_max_bytes': 'The same limit in bytes of record values.',
  'worker.start':
    'Where a group without commits begins: earliest (nothing is lost) or latest (earlier records are skipped).',
  'worker.concurrency':
    'Handlers that run at the same time, each for another path. Handlers of one path never overlap.',
  'worker.max_unacknowledged_frames':
    'Frames that were started and whose replies are not acknowledged yet. At the limit no handler starts. After a crash, at most this many frames are handled again. With 1, no frame starts before the replies to the last one are acknowledged.',
  'worker.max_unacknowledged_bytes':
    'The same limit in bytes of requests and replies, which are in memory until they are acknowledged.',
  'worker.handler_timeout_ms': 'A handler that takes longer is aborted, and its request gets an error reply.',
  'worker.abort_at_deadline':
    'Whether the deadline of a request aborts the signal of its handler, because its requester does not wait any longer. The next request of the path starts when the handler has ended; a handler that ignores its signal keeps its whole time, and its replies are late.',
  'worker.retry_attempts':
    'How many times a frame is handled at most, if its handler fails unexpectedly or takes too long. A handler_error and payload_invalid are answers, and are not retried. No attempt starts after the deadline of the request. 1: no retry.',
  'worker.retry_backoff_ms': 'The pause before the second attempt; it doubles before each further one.',
  'worker.retry_max_backoff_ms': 'The longest pause between two attempts.',
  'worker.retry_order':
    'path_waits: the next frame of the path starts after the last attempt, and the order of the path is kept. path_goes_on: it starts during the pause, and a failing frame delays no other.',
  'worker.expose_errors':
    'What the requester gets if a handler fails with an unexpected exception. false: an id; the worker’s log has the text under this id. true: the text, for development.',
  'worker.commit_interval_ms':
    'How long after its acknowledgement a frame’s offset is committed; what was not committed is handled again after a crash.',
  'requester.reply_mode':
    'shared: requesters of one group share the reply partitions. own: each has its own group and reads all of them (no rebalance, more traffic).',
  'requester.request_timeout_ms':
    'A request that gets no reply within this time rejects. Workers skip a request whose time is over.',
  'requester.max_in_flight': 'Requests that may wait for replies at the same time; one more rejects with `overloaded`.',
  'disposal.dispose_timeout_ms':
    'For draining, committing, leaving the group and disconnecting. What is not finished within this time is dropped and logged.',
};

export function consequenceOf(path: string): string {
  const text = consequences[path];
  if (text === undefined) throw new Error(`scripts/docs/consequences.ts says nothing about ${path}`);
  return text;
}

/** The settings that have a sentence. */
export const explained: readonly string[] = Object.keys(consequences);
