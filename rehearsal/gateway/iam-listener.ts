import type { ExtraListener } from '../../local/kafka/index.js';

/** The name of the broker's listener behind a gateway. */
export const IAM_LISTENER_NAME = 'IAM';

/**
 * The listener that gateways forward to: it accepts tokens that a gateway has signed, and no other login. A client
 * that bypasses the gateway has no such token.
 *
 * @param advertised the gateways' addresses, one per node, which clients connect to
 * @param keySetUrl `file:` URL of the gateways' public key set. The broker's JVM must be allowed to read it, see
 * `iamSystemProperties`
 */
export function iamListener(advertised: readonly string[], keySetUrl: string): ExtraListener {
  return {
    name: IAM_LISTENER_NAME,
    protocol: 'SASL_PLAINTEXT',
    advertised,
    properties: {
      'sasl.enabled.mechanisms': 'OAUTHBEARER',
      'oauthbearer.sasl.jaas.config': 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;',
      'oauthbearer.sasl.server.callback.handler.class':
        'org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler',
      'oauthbearer.sasl.oauthbearer.jwks.endpoint.url': keySetUrl,
    },
  };
}

/** Since 3.9.1 Kafka reads key sets only from the URLs that a system property allows. */
export function iamSystemProperties(keySetUrl: string): Record<string, string> {
  return { 'org.apache.kafka.sasl.oauthbearer.allowed.urls': keySetUrl };
}

/**
 * Everything is denied without an ACL, except through a listener without a login: the brokers themselves, and the
 * administrator. Those listeners must stay on the loopback interface.
 */
export const iamProperties = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': 'User:ANONYMOUS',
} as const;

/** The settings of such a broker for its properties file, for users who set one up themselves. */
export function listenerSettings(keySetUrl: string): [string, string][] {
  const { properties = {} } = iamListener([], keySetUrl);
  const prefix = `listener.name.${IAM_LISTENER_NAME.toLowerCase()}`;
  return [
    ...Object.entries(iamProperties),
    ...Object.entries(properties).map(([key, value]): [string, string] => [`${prefix}.${key}`, value]),
  ];
}
