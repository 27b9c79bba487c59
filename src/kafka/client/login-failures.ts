import type { pubsub_error } from '../../base/error.js';
import type { FailureKind } from './failure-kind.js';

export const NO_LOGINS_HINT =
  'Use the port of a listener with SASL (on MSK: 9096 SCRAM, 9098 IAM), or PUBSUB_AUTH=none for this one.';

const OTHER_MECHANISM_HINT =
  'Set PUBSUB_AUTH to a mechanism of this listener, or use the port of another one (on MSK: 9096 SCRAM, 9098 IAM).';

const TOO_MANY_LOGINS_HINT =
  'MSK limits new IAM connections per second and broker: reuse clients, and do not create one per call.';

export const takesNoLogins: FailureKind = {
  code: 'authentication_failed',
  retryable: false,
  sentence: 'the listener does not support logins',
  hint: NO_LOGINS_HINT,
};

export const notOffered: FailureKind = {
  code: 'authentication_failed',
  retryable: false,
  sentence: 'the listener does not offer this login mechanism',
  hint: OTHER_MECHANISM_HINT,
};

/** True if the mechanism is wrong, not the credentials: the listener can be asked which mechanisms it offers. */
export function isAboutMechanism({ hint }: pubsub_error): boolean {
  return hint === NO_LOGINS_HINT || hint === OTHER_MECHANISM_HINT;
}

/** @param message why the broker refused the login, in its words */
export function kindOfLoginFailure(message: string): FailureKind {
  if (/too many connects/i.test(message)) {
    return {
      code: 'broker_unavailable',
      retryable: true,
      sentence: 'the broker temporarily refuses more logins (Too many connects)',
      hint: TOO_MANY_LOGINS_HINT,
    };
  }
  return {
    code: 'authentication_failed',
    retryable: false,
    sentence: `the broker refused the login: ${message}`,
    hint: refusedLoginHint(message),
  };
}

function refusedLoginHint(message: string): string {
  return /OAUTHBEARER|Access denied/.test(message)
    ? 'Check the keys and this machine’s clock; the identity needs kafka-cluster:Connect on the cluster.'
    : 'Check user name and password, and that the user exists for this mechanism.';
}

/** @param supported the values of PUBSUB_AUTH that fit the listener */
export function offeredLoginsHint(supported: readonly string[]): string {
  if (supported.length === 0) return 'Use the port of a listener with SASL PLAIN, SCRAM or MSK IAM.';
  const more = supported.every((auth) => auth === 'msk_iam') ? '' : ', with PUBSUB_USERNAME and PUBSUB_PASSWORD';
  return `Set PUBSUB_AUTH=${supported.join(' or ')}${more}, or use the port of another listener.`;
}
