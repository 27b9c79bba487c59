import type { ExtraListener } from '../../local/kafka/index.js';

/** What the broker's listener behind a gateway is called. */
export const IAM_LISTENER_NAME = 'IAM';

/**
 * The listener that gateways lead to: it takes tokens that a gateway has signed, and no other login. Anyone who goes
 * round the gateway has none.
 *
 * @param advertised the gateways' addresses, one per node: what clients are told to connect to
 * @param keySetUrl `file:` URL of the gateways' public key set. The broker's JVM has to be told to read it, see
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

/** Since 3.9.1 Kafka reads key sets only from where its JVM's owner says. */
export function iamSystemProperties(keySetUrl: string): Record<string, string> {
  return { 'org.apache.kafka.sasl.oauthbearer.allowed.urls': keySetUrl };
}

/**
 * No one may do anything but by ACL, except for anyone who comes through a listener without a login: the brokers
 * themselves, and the administrator. Those listeners have to stay on the loopback interface.
 */
export const iamProperties = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': 'User:ANONYMOUS',
} as const;

/** The settings of such a broker as its own file has them, for those who set one up themselves. */
export function listenerSettings(keySetUrl: string): [string, string][] {
  const { properties = {} } = iamListener([], keySetUrl);
  const prefix = `listener.name.${IAM_LISTENER_NAME.toLowerCase()}`;
  return [
    ...Object.entries(iamProperties),
    ...Object.entries(properties).map(([key, value]): [string, string] => [`${prefix}.${key}`, value]),
  ];
}
