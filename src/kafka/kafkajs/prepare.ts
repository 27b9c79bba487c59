import type { Protocol } from 'kafkajs/src/network/connection.js';
import protocol from 'kafkajs/src/protocol/requests/index.js';
import type { ApiName, BrokerApis, KafkaErrorName } from '../client/broker-apis.js';
import { ConnectionFailure } from '../client/connection-failure.js';
import { kafkaErrorName } from '../client/kafka-error-names.js';

/** The highest version of each API, by its key, that a broker supports. */
export type BrokerVersions = Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number }>>;

/** An encoded request, and the decoder of its response. */
export interface PreparedRequest<A extends ApiName> {
  readonly protocol: Protocol;
  /** KIP-482. @default false */
  readonly isFlexible?: boolean;
  /** Takes the result of `protocol.response.decode`. */
  answer(decoded: unknown): BrokerApis[A]['answer'];
}

export type Prepare<A extends ApiName> = (
  body: BrokerApis[A]['request'],
  versions: BrokerVersions,
) => PreparedRequest<A>;

const { requests } = protocol;

/** One of kafkajs' request definitions. Its decoder is used, but errors in a response are handled here. */
export function kafkajs<A extends ApiName, D>(
  name: string,
  apiKey: number,
  args: (body: BrokerApis[A]['request']) => object,
  answer: (decoded: D) => BrokerApis[A]['answer'],
): Prepare<A> {
  return (body, versions) => ({
    protocol: definitionOf(name, apiKey, versions)(args(body)),
    answer: (decoded) => answer(decoded as D),
  });
}

export function definitionOf(name: string, apiKey: number, versions: BrokerVersions): (args?: object) => Protocol {
  const definition = requests[name];
  const offered = versions[apiKey];
  if (definition === undefined || offered === undefined)
    throw new ConnectionFailure('request_unsupported', `the broker does not have ${name} requests`);
  const ours = Math.max(...definition.versions.map(Number));
  return definition.protocol({ version: Math.min(ours, offered.maxVersion) });
}

/** A request in a version that kafkajs does not have. */
export function own(apiKey: number, apiVersion: number, apiName: string, encode: () => unknown): Protocol {
  return {
    request: { apiKey, apiVersion, apiName, encode: () => Promise.resolve(encode()) },
    response: { decode: (payload) => Promise.resolve(payload), parse: (payload) => Promise.resolve(payload) },
  };
}

export interface TopicPartitions<P> {
  topic: string;
  partitions: P[];
}

export function byPartition<P extends { partition: number }, V>(
  topics: readonly { partitions: readonly P[] }[],
  value: (partition: P) => V,
): Map<number, V> {
  return new Map(topics.flatMap(({ partitions }) => partitions).map((one) => [one.partition, value(one)]));
}

export interface Outcome {
  errorCode: number;
  errorMessage?: string | null;
}
export const outcome = ({
  errorCode,
  errorMessage,
}: Outcome): { error: KafkaErrorName; message: string | undefined } => ({
  error: kafkaErrorName(errorCode),
  message: errorMessage ?? undefined,
});
