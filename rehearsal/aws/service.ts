import type { IncomingHttpHeaders } from 'node:http';
import type { AwsErrorAnswer } from './aws-refusal.js';
import type { Caller } from './callers.js';

/** A request to a service, from an authenticated caller. */
export interface AwsRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly caller: Caller;
  /** The region that the caller signed for. */
  readonly region: string;
}

export interface AwsResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
}

/** One emulated service. */
export interface AwsService {
  /** Its name in signatures: "lambda", "cloudformation", "logs", "sts". */
  readonly name: string;
  /** @throws AwsErrorAnswer */
  handle(request: AwsRequest): Promise<AwsResponse>;
  /** An error in the protocol of the service. */
  refuse(refusal: AwsErrorAnswer, requestId: string): AwsResponse;
}
