/** A listener in addition to the plain-text one of every node. */
export interface ExtraListener {
  /** Its name in Kafka's configuration, capital letters: `SASL`, `TLS`, `IAM`. */
  name: string;
  protocol: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL';
  /**
   * The advertised addresses, one `host:port` per node: for example of a proxy.
   * @default the address that it listens on
   */
  advertised?: readonly string[] | undefined;
  /** Fixed ports, one per node. @default free ones */
  ports?: readonly number[] | undefined;
  /** Without the `listener.name.…` prefix: `sasl.enabled.mechanisms`, `plain.sasl.jaas.config`, `ssl.keystore.type`… */
  properties?: Readonly<Record<string, string>> | undefined;
}

export interface Login {
  username: string;
  password: string;
}

export type ScramMechanism = 'SCRAM-SHA-256' | 'SCRAM-SHA-512';

/**
 * A user that is written to the storage when it is formatted. Passwords of 8 characters or more are only a convention:
 * Kafka does not require them.
 */
export interface ScramUser extends Login {
  mechanism: ScramMechanism;
}

/** A SASL/PLAIN listener with these users. */
export function plainListener(name: string, users: readonly Login[]): ExtraListener {
  const entries = users.map(({ username, password }) => `user_${username}="${password}"`).join(' ');
  return {
    name,
    protocol: 'SASL_PLAINTEXT',
    properties: {
      'sasl.enabled.mechanisms': 'PLAIN',
      'plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required ${entries};`,
    },
  };
}

/** A SASL/SCRAM listener; its users are the `scramUsers` of the cluster. */
export function scramListener(name: string, mechanism: ScramMechanism): ExtraListener {
  return {
    name,
    protocol: 'SASL_PLAINTEXT',
    properties: {
      'sasl.enabled.mechanisms': mechanism,
      [`${mechanism.toLowerCase()}.sasl.jaas.config`]:
        'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    },
  };
}

export interface TlsFiles {
  /** PEM file: the broker's private key (PKCS#8, not encrypted), then its certificate chain. */
  keyAndCertificate: string;
  /** PEM file of the authorities for client certificates; if set, clients must have one. */
  clientAuthorities?: string | undefined;
}

/** A TLS listener from PEM files. */
export function tlsListener(name: string, files: TlsFiles): ExtraListener {
  return {
    name,
    protocol: 'SSL',
    properties: {
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': files.keyAndCertificate,
      ...(files.clientAuthorities === undefined
        ? {}
        : {
            'ssl.truststore.type': 'PEM',
            'ssl.truststore.location': files.clientAuthorities,
            'ssl.client.auth': 'required',
          }),
    },
  };
}
