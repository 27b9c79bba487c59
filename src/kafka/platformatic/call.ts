import type { Reader, Writer } from '@platformatic/kafka';
import type { ApiName, BrokerApis, KafkaErrorName } from '../client/broker-apis.js';
import { kafkaErrorName } from '../client/kafka-error-names.js';
import { ByteReader } from '../records/byte-reader.js';

/** How one request is encoded, in one version, and its response decoded. All are "flexible" (KIP-482). */
export interface Call<A extends ApiName> {
  readonly key: number;
  readonly version: number;
  encode(body: BrokerApis[A]['request']): Writer;
  decode(reader: Reader): BrokerApis[A]['answer'];
}

/** One request of the package, in one version. */
export interface ProtocolApi {
  readonly api: { readonly key: number; readonly version: number };
  readonly parseResponse: (correlationId: number, apiKey: number, apiVersion: number, reader: Reader) => unknown;
}

export type ResponseOf<P extends ProtocolApi> = ReturnType<P['parseResponse']>;

/** A request whose response the package decodes. */
export function call<A extends ApiName, P extends ProtocolApi>(
  { api: { key, version }, parseResponse }: P,
  encode: Call<A>['encode'],
  answer: (response: ResponseOf<P>) => BrokerApis[A]['answer'],
): Call<A> {
  return {
    key,
    version,
    encode,
    decode: (reader) => answer(responseIn(() => parseResponse(0, key, version, reader) as ResponseOf<P>)),
  };
}

/** If any part of a response has an error, the package throws; the error contains the whole response. */
function responseIn<R>(parse: () => R): R {
  try {
    return parse();
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'response' in error) return error.response as R;
    throw error;
  }
}

/** The rest of a response, which is decoded here. */
export function bytesOf(reader: Reader): ByteReader {
  return new ByteReader(reader.buffer.slice(reader.position));
}

export interface Outcome {
  readonly errorCode: number;
  readonly errorMessage?: string | null | undefined;
}

export function outcome({ errorCode, errorMessage }: Outcome): { error: KafkaErrorName; message: string | undefined } {
  return { error: kafkaErrorName(errorCode), message: errorMessage ?? undefined };
}

export function byPartition<P extends { partitionIndex: number }, V>(
  topics: readonly { readonly partitions: readonly P[] }[],
  value: (partition: P) => V,
): Map<number, V> {
  return new Map(topics.flatMap(({ partitions }) => partitions).map((one) => [one.partitionIndex, value(one)]));
}
