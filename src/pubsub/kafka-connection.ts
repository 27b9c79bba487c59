import type { KafkaConnection, KafkaLogin, KafkaTls } from '../kafka/connection.js';
import type { config } from './config/config.js';

/** The part of a configuration that the Kafka layer uses. */
export function kafkaConnection<F>(settings: config<F>): KafkaConnection {
  const { connection, producer } = settings;
  return {
    client: connection.client,
    brokers: connection.brokers,
    clientId: connection.client_id,
    login: loginOf(settings),
    tls: connection.tls ? tlsOf(settings) : undefined,
    connectionTimeoutMs: connection.connection_timeout_ms,
    authenticationTimeoutMs: connection.authentication_timeout_ms,
    requestTimeoutMs: connection.broker_request_timeout_ms,
    metadataMaxAgeMs: connection.metadata_max_age_ms,
    retryDeniedMs: connection.retry_denied_ms,
    allowAutoTopicCreation: producer.allow_auto_topic_creation,
    logger: settings.logger,
    metrics: settings.metrics,
  };
}

function loginOf<F>({ connection }: config<F>): KafkaLogin {
  const { auth, region = '', username = '', password = '' } = connection;
  switch (auth) {
    case 'none':
      return { mechanism: 'none' };
    case 'msk_iam':
      return { mechanism: 'msk_iam', region };
    case 'plain':
    case 'scram_sha_256':
    case 'scram_sha_512':
      return { mechanism: auth, username, password };
  }
}

function tlsOf<F>({ connection }: config<F>): KafkaTls {
  const { tls_ca, tls_cert, tls_key } = connection;
  return {
    ...(tls_ca === undefined ? {} : { ca: tls_ca }),
    ...(tls_cert === undefined ? {} : { cert: tls_cert }),
    ...(tls_key === undefined ? {} : { key: tls_key }),
  };
}
