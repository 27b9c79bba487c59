import type { SASLOptions } from 'kafkajs';
import { iamTokens, type IamTokens } from '../client/msk-iam-token.js';
import type { ClientLibrary } from '../client/port.js';
import type { KafkaConnection } from '../connection.js';
import { KafkajsConnection } from './connection.js';

/** kafkajs, which is installed with this package. */
export function kafkajsLibrary(settings: KafkaConnection): ClientLibrary {
  const tokens = iamTokens(settings);
  const parts = { settings, sasl: saslOf(settings, tokens), loginRefused: () => tokens?.forget() };
  return { connectionTo: (address) => new KafkajsConnection(parts, address) };
}

function saslOf({ login }: KafkaConnection, tokens: IamTokens | undefined): SASLOptions | undefined {
  switch (login.mechanism) {
    case 'none':
      return undefined;
    case 'msk_iam':
      return tokens && { mechanism: 'oauthbearer', oauthBearerProvider: tokens.provide };
    case 'plain':
      return { mechanism: 'plain', username: login.username, password: login.password };
    case 'scram_sha_256':
      return { mechanism: 'scram-sha-256', username: login.username, password: login.password };
    case 'scram_sha_512':
      return { mechanism: 'scram-sha-512', username: login.username, password: login.password };
  }
}
