import type { logger, metrics } from '../base/ports.js';

/** The client libraries, of which each member of a group may use another one. */
export const clientNames = ['kafkajs', 'platformatic'] as const;
export type ClientName = (typeof clientNames)[number];

/** How to connect and log in to a cluster. Only TLS and SASL differ between a laptop and AWS. */
export interface KafkaConnection {
  readonly client: ClientName;
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly login: KafkaLogin;
  /** Undefined: plain text. */
  readonly tls: KafkaTls | undefined;
  /** TCP and TLS together, milliseconds. */
  readonly connectionTimeoutMs: number;
  readonly authenticationTimeoutMs: number;
  /** If a broker does not answer a request within this time, its connection is closed. */
  readonly requestTimeoutMs: number;
  readonly metadataMaxAgeMs: number;
  /** How long denials are retried, from the first one after a success or the start. 0: a denial is final. */
  readonly retryDeniedMs: number;
  readonly allowAutoTopicCreation: boolean;
  readonly logger: logger;
  readonly metrics: metrics;
}

export type KafkaLogin =
  | { readonly mechanism: 'none' }
  | { readonly mechanism: 'msk_iam'; readonly region: string }
  | {
      readonly mechanism: 'plain' | 'scram_sha_256' | 'scram_sha_512';
      readonly username: string;
      readonly password: string;
    };

/** Certificates and keys as PEM text. All are optional, because Node's TLS knows the authorities of the system. */
export interface KafkaTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** The position of a record in the log. Offsets are exact up to 2^53, which no partition reaches. */
export interface position {
  /** The name of the topic. */
  readonly topic: string;
  /** The number of the partition, from 0. */
  readonly partition: number;
  /** The number of the record in its partition, from 0. */
  readonly offset: number;
}

/** Header values are text: bytes that other clients wrote are read as UTF-8. */
export type record_headers = Readonly<Record<string, string>>;
