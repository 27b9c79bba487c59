import { pubsub_error } from '../../base/error.js';
import type { KafkaConnection } from '../connection.js';
import { addressOf } from './address.js';
import { probeListener } from './listener-probe.js';

const PROBE_MS = 1_500;
const ambiguous = new Set(['connection_closed', 'broker_unavailable', 'tls_failed']);

/** MSK's name or ports for IAM, or an environment with AWS in it, as every Lambda's is. */
export function isLikelyIam(broker: string, env: NodeJS.ProcessEnv = process.env): boolean {
  if (/:9[01]98$|\.amazonaws\.com(\.cn)?:/.test(broker)) return true;
  return ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_PROFILE'].some((name) => env[name]);
}

/**
 * A connection that was made and then failed has several causes that kafkajs tells in the same words. Asks the address
 * itself, and comes back with the error that says which it is; the same error where nothing more can be learned.
 */
export async function explainConnectionFailure(
  connection: KafkaConnection,
  error: pubsub_error,
): Promise<pubsub_error> {
  if (!ambiguous.has(error.code) || error.details['kafka_error'] !== undefined) return error;
  const broker = typeof error.details['broker'] === 'string' ? error.details['broker'] : (connection.brokers[0] ?? '');
  const { host, port } = addressOf(broker);
  if (host === '' || !Number.isInteger(port)) return error;
  const kind = await probeListener(host, port, PROBE_MS);
  const wantsTls = connection.tls !== undefined;
  const told = (sentence: string, code: pubsub_error['code'], hint: string, retryable = false): pubsub_error =>
    new pubsub_error(code, 'connect', sentence, {
      hint,
      retryable,
      cause: error,
      details: { ...error.details, broker, listener: kind },
    });
  switch (kind) {
    case 'http':
      return told(`${broker} is a web server, not Kafka`, 'not_kafka', 'Check the port in PUBSUB_BROKERS.');
    case 'tls':
      if (wantsTls) return error;
      return told(
        `${broker} speaks TLS, and we spoke plain text`,
        'tls_failed',
        connection.login.mechanism === 'none' && isLikelyIam(broker)
          ? 'Set PUBSUB_AUTH=msk_iam for MSK with IAM, or else PUBSUB_TLS=true.'
          : 'Set PUBSUB_TLS=true (on MSK: 9094 TLS, 9096 SCRAM, 9098 IAM), or use the plain port.',
      );
    case 'kafka':
      if (!wantsTls) return error;
      return told(
        `${broker} speaks plain text, and we spoke TLS`,
        'tls_failed',
        'Set PUBSUB_TLS=false, or use the TLS port.',
      );
    case 'silent':
      return told(
        `${broker} accepts connections and says nothing`,
        'broker_unavailable',
        'Something listens there, but it does not behave as Kafka does: check the port, and proxies in between.',
        true,
      );
    case 'other':
      return told(`${broker} answers, but not as Kafka does`, 'not_kafka', 'Check the port in PUBSUB_BROKERS.');
    case 'closes':
      return told(
        `${broker} accepts connections and closes them`,
        'connection_closed',
        'A broker that is starting, or a proxy without a broker behind it, does this.',
        true,
      );
    case 'unreachable':
      return error;
  }
}
