import { ANY_DOMAIN } from '../../base/aws-partitions.js';
import { pubsub_error, type pubsub_error_code } from '../../base/error.js';
import type { KafkaConnection } from '../connection.js';
import { addressOf } from './address.js';
import { probeListener, probeMechanisms, type ListenerKind } from './listener-probe.js';
import { ADVERTISED_HINT, isAboutCertificate } from './failure-kinds.js';
import { isAboutMechanism, NO_LOGINS_HINT, offeredLoginsHint } from './login-failures.js';

const PROBE_MS = 1_500;
const ambiguous = new Set(['connection_closed', 'broker_unavailable', 'tls_failed']);

const likelyIam = new RegExp(String.raw`:9[01]98$|\.${ANY_DOMAIN}:`);

/** True for a host name or port of MSK with IAM, or in an environment of AWS, as in Lambda. */
export function isLikelyIam(broker: string, env: NodeJS.ProcessEnv = process.env): boolean {
  if (likelyIam.test(broker)) return true;
  return ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_PROFILE'].some((name) => env[name]);
}

/**
 * Several causes of a failed connection or login give the same error in kafkajs. This probes the address, and returns
 * an error that names the cause, or the same error if the probe finds nothing more.
 *
 * @param signal ends the probe
 */
export async function explainConnectionFailure(
  connection: KafkaConnection,
  error: pubsub_error,
  signal?: AbortSignal,
): Promise<pubsub_error> {
  const aboutMechanism = isAboutMechanism(error);
  if (!aboutMechanism && (!ambiguous.has(error.code) || error.details['kafka_error'] !== undefined)) return error;
  // TLS answered: there is nothing to find out, and the broker's log would have the refusals of the probes.
  if (isAboutCertificate(error)) return error;
  const broker = typeof error.details['broker'] === 'string' ? error.details['broker'] : (connection.brokers[0] ?? '');
  const { host, port } = addressOf(broker);
  if (host === '' || !Number.isInteger(port)) return error;
  const ownKind = connection.tls === undefined ? 'kafka' : 'tls';
  const kind = aboutMechanism ? ownKind : await probeListener(host, port, PROBE_MS, signal);
  const finding =
    kind === ownKind
      ? loginMismatch(connection, await probeMechanisms(host, port, kind === 'tls', PROBE_MS, signal))
      : (findings[kind] ?? tlsMismatch(connection, broker, kind));
  if (finding === undefined) return error;
  return new pubsub_error(finding.code, 'connect', `${broker} ${finding.sentence}`, {
    hint: error.details['advertised'] === true && kind in findings ? ADVERTISED_HINT : finding.hint,
    retryable: finding.retryable ?? false,
    cause: error,
    details: { ...error.details, broker, listener: kind },
  });
}

/** The result of probing an address; its sentence follows the address. */
interface Finding {
  code: pubsub_error_code;
  sentence: string;
  hint: string;
  retryable?: boolean;
}

const findings: Partial<Record<ListenerKind, Finding>> = {
  http: { code: 'not_kafka', sentence: 'is a web server, not Kafka', hint: 'Check the port of the address.' },
  other: { code: 'not_kafka', sentence: 'answers, but is not Kafka', hint: 'Check the port of the address.' },
  silent: {
    code: 'broker_unavailable',
    sentence: 'accepts connections and does not answer',
    hint: 'A server listens there, but it does not answer like Kafka: check the port, and any proxies in between.',
    retryable: true,
  },
  closes: {
    code: 'connection_closed',
    sentence: 'accepts connections and closes them',
    hint: 'A broker that is starting does this, and so does a proxy that cannot reach its broker.',
    retryable: true,
  },
};

/** A listener with TLS and a client without, or the reverse. */
function tlsMismatch({ login }: KafkaConnection, broker: string, kind: ListenerKind): Finding | undefined {
  if (kind === 'tls') {
    return {
      code: 'tls_failed',
      sentence: 'uses TLS, but this client sent plain text',
      hint:
        login.mechanism === 'none' && isLikelyIam(broker)
          ? 'Set PUBSUB_AUTH=msk_iam for MSK with IAM, or else PUBSUB_TLS=true.'
          : 'Set PUBSUB_TLS=true (on MSK: 9094 TLS, 9096 SCRAM, 9098 IAM), or use the plain-text port.',
    };
  }
  if (kind !== 'kafka') return undefined;
  return {
    code: 'tls_failed',
    sentence: 'uses plain text, but this client uses TLS',
    hint:
      login.mechanism === 'msk_iam'
        ? 'msk_iam needs TLS: use the port for IAM (on MSK: 9098, or 9198 from outside its VPC). A plain-text port needs PUBSUB_AUTH=none.'
        : 'Set PUBSUB_TLS=false, or use the TLS port.',
  };
}

/** The value of PUBSUB_AUTH for each mechanism that a listener may offer. */
const authOf: Readonly<Record<string, string>> = {
  PLAIN: 'plain',
  'SCRAM-SHA-256': 'scram_sha_256',
  'SCRAM-SHA-512': 'scram_sha_512',
  OAUTHBEARER: 'msk_iam',
};

/** The finding that the listener does not offer the configured login; undefined if it does, or if this is unknown. */
function loginMismatch({ login }: KafkaConnection, offered: readonly string[] | undefined): Finding | undefined {
  if (offered === undefined) return undefined;
  const supported = offered.map((mechanism) => authOf[mechanism]).filter((auth) => auth !== undefined);
  if (login.mechanism === 'none' ? offered.length === 0 : supported.includes(login.mechanism)) return undefined;
  if (offered.length === 0) {
    return { code: 'authentication_failed', sentence: 'does not support logins', hint: NO_LOGINS_HINT };
  }
  return {
    code: 'authentication_failed',
    sentence:
      login.mechanism === 'none'
        ? `requires a login (${offered.join(', ')}), and PUBSUB_AUTH is none`
        : `offers logins by ${offered.join(', ')}, not by ${login.mechanism}`,
    hint: offeredLoginsHint(supported),
  };
}
