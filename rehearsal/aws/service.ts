import type { IncomingHttpHeaders } from 'node:http';
import type { AwsErrorAnswer } from './aws-refusal.js';
import type { Caller } from './callers.js';

/** A request to one of AWS's services, let in. */
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

/** One service, as far as it is emulated. */
export interface AwsService {
  /** As signatures name it: "lambda", "cloudformation", "logs", "sts". */
  readonly name: string;
  /** @throws AwsErrorAnswer */
  handle(request: AwsRequest): Promise<AwsResponse>;
  /** A refusal in the service's own protocol. */
  refuse(refusal: AwsErrorAnswer, requestId: string): AwsResponse;
}
