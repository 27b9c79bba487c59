import type { SASLOptions } from 'kafkajs';
import type { OpenConnection } from '../client/broker-connection.js';
import type { KafkaConnection } from '../connection.js';
import { IamTokens, signWithAws } from '../client/msk-iam-token.js';
import { KafkajsConnection } from './connection.js';

/**
 * Opens connections of kafkajs. The connections of one client share its login: one token of MSK IAM is used for
 * several.
 */
export function kafkajsConnections(settings: KafkaConnection): OpenConnection {
  const tokens = settings.login.mechanism === 'msk_iam' ? iamTokens(settings, settings.login.region) : undefined;
  const sasl = saslOf(settings, tokens);
  return (address) => KafkajsConnection.open({ settings, sasl, loginRefused: () => tokens?.forget() }, address);
}

function iamTokens(settings: KafkaConnection, region: string): IamTokens {
  return new IamTokens(() => signWithAws(region), settings.authenticationTimeoutMs);
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
