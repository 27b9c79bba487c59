// Written by `npm run generate` from settings.ts, so that an editor shows what docs/configuration.md says.

/** The settings as a caller gives them: only `connection.brokers` is required. */
export interface config_input {
  /** How to reach the brokers, and how to log in. */
  connection: {
    /**
     * Addresses of brokers, as host:port, separated by commas. One that answers is enough. Variable:
     * `PUBSUB_BROKERS`.
     */
    brokers: readonly string[];
    /**
     * The client library: kafkajs, or platformatic (@platformatic/kafka, which you install beside this package:
     * npm install @platformatic/kafka). Both keep the same promises, and members of one group may use different
     * ones. Variable: `PUBSUB_CLIENT`.
     *
     * @default "kafkajs"
     */
    client?: 'kafkajs' | 'platformatic' | undefined;
    /**
     * The name in the brokers' logs and quotas. Variable: `PUBSUB_CLIENT_ID`.
     *
     * @default "easy-pubsub"
     */
    client_id?: string | undefined;
    /**
     * How to log in: none, msk_iam (AWS credentials, forces TLS), scram_sha_512, scram_sha_256 or plain.
     * Variable: `PUBSUB_AUTH`.
     *
     * @default "none"
     */
    auth?: 'none' | 'msk_iam' | 'scram_sha_512' | 'scram_sha_256' | 'plain' | undefined;
    /**
     * AWS region of the cluster; msk_iam signs for it. Variable: `PUBSUB_REGION`.
     *
     * @default none
     */
    region?: string | undefined;
    /**
     * For scram_* and plain. Variable: `PUBSUB_USERNAME`.
     *
     * @default none
     */
    username?: string | undefined;
    /**
     * For scram_* and plain. Never printed. Variable: `PUBSUB_PASSWORD`.
     *
     * @default none
     */
    password?: string | undefined;
    /**
     * Encrypt, and verify the broker’s certificate. Variable: `PUBSUB_TLS`.
     *
     * @default false
     */
    tls?: boolean | undefined;
    /**
     * A PEM file (or the PEM itself) with the authorities to trust instead of the system’s. Variable:
     * `PUBSUB_TLS_CA`.
     *
     * @default none
     */
    tls_ca?: string | undefined;
    /**
     * A PEM file (or the PEM itself) with the client’s certificate, for brokers that require one (mTLS).
     * Variable: `PUBSUB_TLS_CERT`.
     *
     * @default none
     */
    tls_cert?: string | undefined;
    /**
     * A PEM file (or the PEM itself) with the key of tls_cert. Never printed. Variable: `PUBSUB_TLS_KEY`.
     *
     * @default none
     */
    tls_key?: string | undefined;
    /**
     * For TCP and TLS together. A shorter time may end a slow handshake; a longer time delays the error if
     * packets are dropped. Milliseconds, 100 to 3600000. Variable: `PUBSUB_CONNECTION_TIMEOUT_MS`.
     *
     * @default 8000
     */
    connection_timeout_ms?: number | undefined;
    /**
     * For the token and the SASL exchange of one connection. Milliseconds, 100 to 3600000. Variable:
     * `PUBSUB_AUTHENTICATION_TIMEOUT_MS`.
     *
     * @default 10000
     */
    authentication_timeout_ms?: number | undefined;
    /**
     * If a broker does not answer within this time, its connection is closed; the next attempt opens a new one.
     * Milliseconds, 100 to 3600000. Variable: `PUBSUB_BROKER_REQUEST_TIMEOUT_MS`.
     *
     * @default 10000
     */
    broker_request_timeout_ms?: number | undefined;
    /**
     * How long it may take until a new partition or a moved leader is noticed if no request fails.
     * Milliseconds, 1000 to 3600000. Variable: `PUBSUB_METADATA_MAX_AGE_MS`.
     *
     * @default 30000
     */
    metadata_max_age_ms?: number | undefined;
    /**
     * How long denials are retried, counted from the first denial since the start or the last success: a new
     * policy takes time to take effect. 0: a denial is final. Milliseconds, 0 to 3600000. Variable:
     * `PUBSUB_RETRY_DENIED_MS`.
     *
     * @default 0
     */
    retry_denied_ms?: number | undefined;
  };
  /** The topics of requests and replies. */
  topics?:
    | {
        /**
         * The topic of requests. Variable: `PUBSUB_WORKER_TOPIC`.
         *
         * @default "worker"
         */
        worker?: string | undefined;
        /**
         * The topic of replies. Variable: `PUBSUB_REPLY_TO_TOPIC`.
         *
         * @default "reply_to"
         */
        reply_to?: string | undefined;
        /**
         * Topics that a worker may reply to, separated by commas. A frame that names another is counted and not
         * answered. Variable: `PUBSUB_REPLY_TOPICS_ALLOWED`.
         *
         * @default none
         */
        reply_allowed?: readonly string[] | undefined;
        /**
         * The topic to which a worker writes the records that it stops handling: frames whose handler failed at its
         * last attempt, and invalid records, with the position and the reason as headers. It must exist, otherwise
         * connect() fails. Without the setting, the frames are only answered and counted. Variable:
         * `PUBSUB_DEAD_LETTER_TOPIC`.
         *
         * @default none
         */
        dead_letter?: string | undefined;
      }
    | undefined;
  /** The consumer groups. Members of one group must read the same topic. */
  groups?:
    | {
        /**
         * Workers of one group share the requests; each group gets all of them. All its members read the same
         * topic. Variable: `PUBSUB_WORKER_GROUP`.
         *
         * @default none
         */
        worker?: string | undefined;
        /**
         * Requesters of one group share the partitions of the reply_to topic (reply_mode shared). With reply_mode
         * own, this is the prefix of the groups. Variable: `PUBSUB_REPLY_TO_GROUP`.
         *
         * @default none
         */
        reply_to?: string | undefined;
      }
    | undefined;
  /** How frames are sent. */
  producer?:
    | {
        /**
         * How a key chooses its partition: java (murmur2, as other Kafka clients) or kafkajs_legacy (as kafkajs
         * before 2.0). All publishers of a topic must agree, or a path loses its order. Variable:
         * `PUBSUB_PARTITIONER`.
         *
         * @default "java"
         */
        partitioner?: 'java' | 'kafkajs_legacy' | undefined;
        /**
         * Ask brokers to create a topic that is missing. A misspelt name then creates a topic instead of an error.
         * Variable: `PUBSUB_ALLOW_AUTO_TOPIC_CREATION`.
         *
         * @default false
         */
        allow_auto_topic_creation?: boolean | undefined;
        /**
         * A send that is not acknowledged within this time rejects; the record may have been written. Milliseconds,
         * 1 to 3600000. Variable: `PUBSUB_SEND_TIMEOUT_MS`.
         *
         * @default 10000
         */
        send_timeout_ms?: number | undefined;
        /**
         * Larger frames are refused before they are sent. The topic’s own limit (max.message.bytes, 1048588 by
         * default) also applies. Bytes, 1 to 100000000. Variable: `PUBSUB_MAX_FRAME_BYTES`.
         *
         * @default 1000000
         */
        max_frame_bytes?: number | undefined;
      }
    | undefined;
  /** How frames are received. */
  consumer?:
    | {
        /**
         * For connect(): reach a broker, join the group, fix the start positions. A first join takes 3 s on MSK.
         * Milliseconds, 1 to 3600000. Variable: `PUBSUB_CONNECT_TIMEOUT_MS`.
         *
         * @default 30000
         */
        connect_timeout_ms?: number | undefined;
        /**
         * A member that sends no heartbeat for this time loses its partitions. Brokers refuse less than 6000 by
         * default. Milliseconds, 1000 to 3600000. Variable: `PUBSUB_SESSION_TIMEOUT_MS`.
         *
         * @default 10000
         */
        session_timeout_ms?: number | undefined;
        /**
         * The time between heartbeats: how long it may take until a member notices that another one joins or
         * leaves. Milliseconds, 50 to 600000. Variable: `PUBSUB_HEARTBEAT_INTERVAL_MS`.
         *
         * @default 1000
         */
        heartbeat_interval_ms?: number | undefined;
        /**
         * How long a group waits for its members when one joins or leaves. Milliseconds, 1000 to 3600000. Variable:
         * `PUBSUB_REBALANCE_TIMEOUT_MS`.
         *
         * @default 20000
         */
        rebalance_timeout_ms?: number | undefined;
        /**
         * The longest an idle fetch waits at the broker. Frames that arrive do not wait for it. A partition that is
         * assigned meanwhile does, and a smaller value uses more CPU while nothing arrives. Milliseconds, 5 to
         * 60000. Variable: `PUBSUB_FETCH_MAX_WAIT_MS`.
         *
         * @default 500
         */
        fetch_max_wait_ms?: number | undefined;
        /**
         * The size of one fetch response, which is in memory as a whole while it is decoded. A larger value does
         * not reduce a lag faster, and uses several times its size in memory. Bytes, 10000 to 100000000. Variable:
         * `PUBSUB_FETCH_MAX_BYTES`.
         *
         * @default 131072
         */
        fetch_max_bytes?: number | undefined;
        /**
         * Frames that wait in memory for their reader. At this limit fetching pauses, below half of it fetching
         * continues. A larger value uses more memory. A whole number, 1 to 1000000. Variable:
         * `PUBSUB_QUEUE_MAX_FRAMES`.
         *
         * @default 256
         */
        queue_max_frames?: number | undefined;
        /**
         * The same limit in bytes of record values. Bytes, 1000 to 1000000000. Variable: `PUBSUB_QUEUE_MAX_BYTES`.
         *
         * @default 8388608
         */
        queue_max_bytes?: number | undefined;
      }
    | undefined;
  /** How frames are handled. */
  worker?:
    | {
        /**
         * Where a group without commits begins: earliest (nothing is lost) or latest (earlier records are skipped).
         * Variable: `PUBSUB_WORKER_START`.
         *
         * @default "earliest"
         */
        start?: 'earliest' | 'latest' | undefined;
        /**
         * Handlers that run at the same time, each for another path. Handlers of one path never overlap. A whole
         * number, 1 to 100000. Variable: `PUBSUB_WORKER_CONCURRENCY`.
         *
         * @default 64
         */
        concurrency?: number | undefined;
        /**
         * Frames that were started and whose replies are not acknowledged yet. At the limit no handler starts.
         * After a crash, at most this many frames are handled again. With 1, no frame starts before the replies to
         * the last one are acknowledged. A whole number, 1 to 10000. Variable:
         * `PUBSUB_WORKER_MAX_UNACKNOWLEDGED_FRAMES`.
         *
         * @default 2048
         */
        max_unacknowledged_frames?: number | undefined;
        /**
         * The same limit in bytes of requests and replies, which are in memory until they are acknowledged. Bytes,
         * 1000 to 1000000000. Variable: `PUBSUB_WORKER_MAX_UNACKNOWLEDGED_BYTES`.
         *
         * @default 16777216
         */
        max_unacknowledged_bytes?: number | undefined;
        /**
         * A handler that takes longer is aborted, and its request gets an error reply. Milliseconds, 1 to 3600000.
         * Variable: `PUBSUB_HANDLER_TIMEOUT_MS`.
         *
         * @default 30000
         */
        handler_timeout_ms?: number | undefined;
        /**
         * Whether the deadline of a request aborts the signal of its handler, because its requester does not wait
         * any longer. The next request of the path starts when the handler has ended; a handler that ignores its
         * signal keeps its whole time, and its replies are late. Variable: `PUBSUB_ABORT_AT_DEADLINE`.
         *
         * @default true
         */
        abort_at_deadline?: boolean | undefined;
        /**
         * How many times a frame is handled at most, if its handler fails unexpectedly or takes too long. A
         * handler_error and payload_invalid are answers, and are not retried. No attempt starts after the deadline
         * of the request. 1: no retry. A whole number, 1 to 1000. Variable: `PUBSUB_RETRY_ATTEMPTS`.
         *
         * @default 1
         */
        retry_attempts?: number | undefined;
        /**
         * The pause before the second attempt; it doubles before each further one. Milliseconds, 1 to 3600000.
         * Variable: `PUBSUB_RETRY_BACKOFF_MS`.
         *
         * @default 1000
         */
        retry_backoff_ms?: number | undefined;
        /**
         * The longest pause between two attempts. Milliseconds, 1 to 3600000. Variable:
         * `PUBSUB_RETRY_MAX_BACKOFF_MS`.
         *
         * @default 30000
         */
        retry_max_backoff_ms?: number | undefined;
        /**
         * path_waits: the next frame of the path starts after the last attempt, and the order of the path is kept.
         * path_goes_on: it starts during the pause, and a failing frame delays no other. Variable:
         * `PUBSUB_RETRY_ORDER`.
         *
         * @default "path_waits"
         */
        retry_order?: 'path_waits' | 'path_goes_on' | undefined;
        /**
         * What the requester gets if a handler fails with an unexpected exception. false: an id; the worker’s log
         * has the text under this id. true: the text, for development. Variable: `PUBSUB_EXPOSE_ERRORS`.
         *
         * @default false
         */
        expose_errors?: boolean | undefined;
        /**
         * How long after its acknowledgement a frame’s offset is committed; what was not committed is handled again
         * after a crash. Milliseconds, 10 to 1000. Variable: `PUBSUB_COMMIT_INTERVAL_MS`.
         *
         * @default 500
         */
        commit_interval_ms?: number | undefined;
      }
    | undefined;
  /** How requests are made. */
  requester?:
    | {
        /**
         * shared: requesters of one group share the reply partitions. own: each has its own group and reads all of
         * them (no rebalance, more traffic). Variable: `PUBSUB_REPLY_MODE`.
         *
         * @default "shared"
         */
        reply_mode?: 'shared' | 'own' | undefined;
        /**
         * A request that gets no reply within this time rejects. Workers skip a request whose time is over.
         * Milliseconds, 1 to 3600000. Variable: `PUBSUB_REQUEST_TIMEOUT_MS`.
         *
         * @default 10000
         */
        request_timeout_ms?: number | undefined;
        /**
         * Requests that may wait for replies at the same time; one more rejects with `overloaded`. A whole number,
         * 1 to 10000000. Variable: `PUBSUB_MAX_IN_FLIGHT`.
         *
         * @default 10000
         */
        max_in_flight?: number | undefined;
      }
    | undefined;
  /** How long closing may take. */
  disposal?:
    | {
        /**
         * For draining, committing, leaving the group and disconnecting. What is not finished within this time is
         * dropped and logged. Milliseconds, 1 to 3600000. Variable: `PUBSUB_DISPOSE_TIMEOUT_MS`.
         *
         * @default 5000
         */
        dispose_timeout_ms?: number | undefined;
      }
    | undefined;
}

/** The settings of a `config`: checked, with their defaults. */
export interface config_sections {
  /** How to reach the brokers, and how to log in. */
  readonly connection: {
    /**
     * Addresses of brokers, as host:port, separated by commas. One that answers is enough. Variable:
     * `PUBSUB_BROKERS`.
     */
    readonly brokers: readonly string[];
    /**
     * The client library: kafkajs, or platformatic (@platformatic/kafka, which you install beside this package:
     * npm install @platformatic/kafka). Both keep the same promises, and members of one group may use different
     * ones. Variable: `PUBSUB_CLIENT`.
     *
     * @default "kafkajs"
     */
    readonly client: 'kafkajs' | 'platformatic';
    /**
     * The name in the brokers' logs and quotas. Variable: `PUBSUB_CLIENT_ID`.
     *
     * @default "easy-pubsub"
     */
    readonly client_id: string;
    /**
     * How to log in: none, msk_iam (AWS credentials, forces TLS), scram_sha_512, scram_sha_256 or plain.
     * Variable: `PUBSUB_AUTH`.
     *
     * @default "none"
     */
    readonly auth: 'none' | 'msk_iam' | 'scram_sha_512' | 'scram_sha_256' | 'plain';
    /**
     * AWS region of the cluster; msk_iam signs for it. Variable: `PUBSUB_REGION`.
     *
     * @default none
     */
    readonly region?: string | undefined;
    /**
     * For scram_* and plain. Variable: `PUBSUB_USERNAME`.
     *
     * @default none
     */
    readonly username?: string | undefined;
    /**
     * For scram_* and plain. Never printed. Variable: `PUBSUB_PASSWORD`.
     *
     * @default none
     */
    readonly password?: string | undefined;
    /**
     * Encrypt, and verify the broker’s certificate. Variable: `PUBSUB_TLS`.
     *
     * @default false
     */
    readonly tls: boolean;
    /**
     * A PEM file (or the PEM itself) with the authorities to trust instead of the system’s. Variable:
     * `PUBSUB_TLS_CA`.
     *
     * @default none
     */
    readonly tls_ca?: string | undefined;
    /**
     * A PEM file (or the PEM itself) with the client’s certificate, for brokers that require one (mTLS).
     * Variable: `PUBSUB_TLS_CERT`.
     *
     * @default none
     */
    readonly tls_cert?: string | undefined;
    /**
     * A PEM file (or the PEM itself) with the key of tls_cert. Never printed. Variable: `PUBSUB_TLS_KEY`.
     *
     * @default none
     */
    readonly tls_key?: string | undefined;
    /**
     * For TCP and TLS together. A shorter time may end a slow handshake; a longer time delays the error if
     * packets are dropped. Milliseconds, 100 to 3600000. Variable: `PUBSUB_CONNECTION_TIMEOUT_MS`.
     *
     * @default 8000
     */
    readonly connection_timeout_ms: number;
    /**
     * For the token and the SASL exchange of one connection. Milliseconds, 100 to 3600000. Variable:
     * `PUBSUB_AUTHENTICATION_TIMEOUT_MS`.
     *
     * @default 10000
     */
    readonly authentication_timeout_ms: number;
    /**
     * If a broker does not answer within this time, its connection is closed; the next attempt opens a new one.
     * Milliseconds, 100 to 3600000. Variable: `PUBSUB_BROKER_REQUEST_TIMEOUT_MS`.
     *
     * @default 10000
     */
    readonly broker_request_timeout_ms: number;
    /**
     * How long it may take until a new partition or a moved leader is noticed if no request fails.
     * Milliseconds, 1000 to 3600000. Variable: `PUBSUB_METADATA_MAX_AGE_MS`.
     *
     * @default 30000
     */
    readonly metadata_max_age_ms: number;
    /**
     * How long denials are retried, counted from the first denial since the start or the last success: a new
     * policy takes time to take effect. 0: a denial is final. Milliseconds, 0 to 3600000. Variable:
     * `PUBSUB_RETRY_DENIED_MS`.
     *
     * @default 0
     */
    readonly retry_denied_ms: number;
  };
  /** The topics of requests and replies. */
  readonly topics: {
    /**
     * The topic of requests. Variable: `PUBSUB_WORKER_TOPIC`.
     *
     * @default "worker"
     */
    readonly worker: string;
    /**
     * The topic of replies. Variable: `PUBSUB_REPLY_TO_TOPIC`.
     *
     * @default "reply_to"
     */
    readonly reply_to: string;
    /**
     * Topics that a worker may reply to, separated by commas. A frame that names another is counted and not
     * answered. Variable: `PUBSUB_REPLY_TOPICS_ALLOWED`.
     *
     * @default none
     */
    readonly reply_allowed: readonly string[];
    /**
     * The topic to which a worker writes the records that it stops handling: frames whose handler failed at its
     * last attempt, and invalid records, with the position and the reason as headers. It must exist, otherwise
     * connect() fails. Without the setting, the frames are only answered and counted. Variable:
     * `PUBSUB_DEAD_LETTER_TOPIC`.
     *
     * @default none
     */
    readonly dead_letter?: string | undefined;
  };
  /** The consumer groups. Members of one group must read the same topic. */
  readonly groups: {
    /**
     * Workers of one group share the requests; each group gets all of them. All its members read the same
     * topic. Variable: `PUBSUB_WORKER_GROUP`.
     *
     * @default none
     */
    readonly worker: string;
    /**
     * Requesters of one group share the partitions of the reply_to topic (reply_mode shared). With reply_mode
     * own, this is the prefix of the groups. Variable: `PUBSUB_REPLY_TO_GROUP`.
     *
     * @default none
     */
    readonly reply_to: string;
  };
  /** How frames are sent. */
  readonly producer: {
    /**
     * How a key chooses its partition: java (murmur2, as other Kafka clients) or kafkajs_legacy (as kafkajs
     * before 2.0). All publishers of a topic must agree, or a path loses its order. Variable:
     * `PUBSUB_PARTITIONER`.
     *
     * @default "java"
     */
    readonly partitioner: 'java' | 'kafkajs_legacy';
    /**
     * Ask brokers to create a topic that is missing. A misspelt name then creates a topic instead of an error.
     * Variable: `PUBSUB_ALLOW_AUTO_TOPIC_CREATION`.
     *
     * @default false
     */
    readonly allow_auto_topic_creation: boolean;
    /**
     * A send that is not acknowledged within this time rejects; the record may have been written. Milliseconds,
     * 1 to 3600000. Variable: `PUBSUB_SEND_TIMEOUT_MS`.
     *
     * @default 10000
     */
    readonly send_timeout_ms: number;
    /**
     * Larger frames are refused before they are sent. The topic’s own limit (max.message.bytes, 1048588 by
     * default) also applies. Bytes, 1 to 100000000. Variable: `PUBSUB_MAX_FRAME_BYTES`.
     *
     * @default 1000000
     */
    readonly max_frame_bytes: number;
  };
  /** How frames are received. */
  readonly consumer: {
    /**
     * For connect(): reach a broker, join the group, fix the start positions. A first join takes 3 s on MSK.
     * Milliseconds, 1 to 3600000. Variable: `PUBSUB_CONNECT_TIMEOUT_MS`.
     *
     * @default 30000
     */
    readonly connect_timeout_ms: number;
    /**
     * A member that sends no heartbeat for this time loses its partitions. Brokers refuse less than 6000 by
     * default. Milliseconds, 1000 to 3600000. Variable: `PUBSUB_SESSION_TIMEOUT_MS`.
     *
     * @default 10000
     */
    readonly session_timeout_ms: number;
    /**
     * The time between heartbeats: how long it may take until a member notices that another one joins or
     * leaves. Milliseconds, 50 to 600000. Variable: `PUBSUB_HEARTBEAT_INTERVAL_MS`.
     *
     * @default 1000
     */
    readonly heartbeat_interval_ms: number;
    /**
     * How long a group waits for its members when one joins or leaves. Milliseconds, 1000 to 3600000. Variable:
     * `PUBSUB_REBALANCE_TIMEOUT_MS`.
     *
     * @default 20000
     */
    readonly rebalance_timeout_ms: number;
    /**
     * The longest an idle fetch waits at the broker. Frames that arrive do not wait for it. A partition that is
     * assigned meanwhile does, and a smaller value uses more CPU while nothing arrives. Milliseconds, 5 to
     * 60000. Variable: `PUBSUB_FETCH_MAX_WAIT_MS`.
     *
     * @default 500
     */
    readonly fetch_max_wait_ms: number;
    /**
     * The size of one fetch response, which is in memory as a whole while it is decoded. A larger value does
     * not reduce a lag faster, and uses several times its size in memory. Bytes, 10000 to 100000000. Variable:
     * `PUBSUB_FETCH_MAX_BYTES`.
     *
     * @default 131072
     */
    readonly fetch_max_bytes: number;
    /**
     * Frames that wait in memory for their reader. At this limit fetching pauses, below half of it fetching
     * continues. A larger value uses more memory. A whole number, 1 to 1000000. Variable:
     * `PUBSUB_QUEUE_MAX_FRAMES`.
     *
     * @default 256
     */
    readonly queue_max_frames: number;
    /**
     * The same limit in bytes of record values. Bytes, 1000 to 1000000000. Variable: `PUBSUB_QUEUE_MAX_BYTES`.
     *
     * @default 8388608
     */
    readonly queue_max_bytes: number;
  };
  /** How frames are handled. */
  readonly worker: {
    /**
     * Where a group without commits begins: earliest (nothing is lost) or latest (earlier records are skipped).
     * Variable: `PUBSUB_WORKER_START`.
     *
     * @default "earliest"
     */
    readonly start: 'earliest' | 'latest';
    /**
     * Handlers that run at the same time, each for another path. Handlers of one path never overlap. A whole
     * number, 1 to 100000. Variable: `PUBSUB_WORKER_CONCURRENCY`.
     *
     * @default 64
     */
    readonly concurrency: number;
    /**
     * Frames that were started and whose replies are not acknowledged yet. At the limit no handler starts.
     * After a crash, at most this many frames are handled again. With 1, no frame starts before the replies to
     * the last one are acknowledged. A whole number, 1 to 10000. Variable:
     * `PUBSUB_WORKER_MAX_UNACKNOWLEDGED_FRAMES`.
     *
     * @default 2048
     */
    readonly max_unacknowledged_frames: number;
    /**
     * The same limit in bytes of requests and replies, which are in memory until they are acknowledged. Bytes,
     * 1000 to 1000000000. Variable: `PUBSUB_WORKER_MAX_UNACKNOWLEDGED_BYTES`.
     *
     * @default 16777216
     */
    readonly max_unacknowledged_bytes: number;
    /**
     * A handler that takes longer is aborted, and its request gets an error reply. Milliseconds, 1 to 3600000.
     * Variable: `PUBSUB_HANDLER_TIMEOUT_MS`.
     *
     * @default 30000
     */
    readonly handler_timeout_ms: number;
    /**
     * Whether the deadline of a request aborts the signal of its handler, because its requester does not wait
     * any longer. The next request of the path starts when the handler has ended; a handler that ignores its
     * signal keeps its whole time, and its replies are late. Variable: `PUBSUB_ABORT_AT_DEADLINE`.
     *
     * @default true
     */
    readonly abort_at_deadline: boolean;
    /**
     * How many times a frame is handled at most, if its handler fails unexpectedly or takes too long. A
     * handler_error and payload_invalid are answers, and are not retried. No attempt starts after the deadline
     * of the request. 1: no retry. A whole number, 1 to 1000. Variable: `PUBSUB_RETRY_ATTEMPTS`.
     *
     * @default 1
     */
    readonly retry_attempts: number;
    /**
     * The pause before the second attempt; it doubles before each further one. Milliseconds, 1 to 3600000.
     * Variable: `PUBSUB_RETRY_BACKOFF_MS`.
     *
     * @default 1000
     */
    readonly retry_backoff_ms: number;
    /**
     * The longest pause between two attempts. Milliseconds, 1 to 3600000. Variable:
     * `PUBSUB_RETRY_MAX_BACKOFF_MS`.
     *
     * @default 30000
     */
    readonly retry_max_backoff_ms: number;
    /**
     * path_waits: the next frame of the path starts after the last attempt, and the order of the path is kept.
     * path_goes_on: it starts during the pause, and a failing frame delays no other. Variable:
     * `PUBSUB_RETRY_ORDER`.
     *
     * @default "path_waits"
     */
    readonly retry_order: 'path_waits' | 'path_goes_on';
    /**
     * What the requester gets if a handler fails with an unexpected exception. false: an id; the worker’s log
     * has the text under this id. true: the text, for development. Variable: `PUBSUB_EXPOSE_ERRORS`.
     *
     * @default false
     */
    readonly expose_errors: boolean;
    /**
     * How long after its acknowledgement a frame’s offset is committed; what was not committed is handled again
     * after a crash. Milliseconds, 10 to 1000. Variable: `PUBSUB_COMMIT_INTERVAL_MS`.
     *
     * @default 500
     */
    readonly commit_interval_ms: number;
  };
  /** How requests are made. */
  readonly requester: {
    /**
     * shared: requesters of one group share the reply partitions. own: each has its own group and reads all of
     * them (no rebalance, more traffic). Variable: `PUBSUB_REPLY_MODE`.
     *
     * @default "shared"
     */
    readonly reply_mode: 'shared' | 'own';
    /**
     * A request that gets no reply within this time rejects. Workers skip a request whose time is over.
     * Milliseconds, 1 to 3600000. Variable: `PUBSUB_REQUEST_TIMEOUT_MS`.
     *
     * @default 10000
     */
    readonly request_timeout_ms: number;
    /**
     * Requests that may wait for replies at the same time; one more rejects with `overloaded`. A whole number,
     * 1 to 10000000. Variable: `PUBSUB_MAX_IN_FLIGHT`.
     *
     * @default 10000
     */
    readonly max_in_flight: number;
  };
  /** How long closing may take. */
  readonly disposal: {
    /**
     * For draining, committing, leaving the group and disconnecting. What is not finished within this time is
     * dropped and logged. Milliseconds, 1 to 3600000. Variable: `PUBSUB_DISPOSE_TIMEOUT_MS`.
     *
     * @default 5000
     */
    readonly dispose_timeout_ms: number;
  };
}
