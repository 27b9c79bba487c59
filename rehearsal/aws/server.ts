import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../../local/os/listen.js';
import { pubsub_error } from '../../src/base/error.js';
import { letIn, signedBy, type Caller } from './callers.js';
import { AwsErrorAnswer } from './aws-refusal.js';
import { absentService } from './absent-service.js';
import type { AwsResponse, AwsService } from './service.js';

export interface AwsEndpointOptions {
  readonly services: readonly AwsService[];
  /** Callers that may use the endpoint. @default any caller with credentials */
  readonly callers?: readonly Caller[] | undefined;
  /** @default any free port */
  readonly port?: number | undefined;
}

export interface AwsEndpoint extends AsyncDisposable {
  /** The value for AWS_ENDPOINT_URL. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * The largest request that any of the services accepts is 6 MB; with this limit, Lambda itself can refuse a larger
 * one.
 */
const BODY_LIMIT = 8_000_000;

/**
 * AWS on a loopback port, as far as a rehearsal needs it: the SDK and the AWS CLI use it without changes
 * (AWS_ENDPOINT_URL). The signature of each request names its service and its region.
 *
 * @throws pubsub_error `argument_invalid` for a port that is in use
 */
export async function startAwsEndpoint(options: AwsEndpointOptions): Promise<AwsEndpoint> {
  const services = new Map(options.services.map((service) => [service.name, service]));
  const server = createServer({ requestTimeout: 30_000 }, (request, response) => {
    answer(request, services, options.callers).then(
      (result) => send(response, result),
      // The caller has disconnected.
      () => response.destroy(),
    );
  });
  const { port } = await listen(server, { host: '127.0.0.1', port: options.port ?? 0 }).catch((error: unknown) => {
    throw new pubsub_error('argument_invalid', 'rehearsal', `cannot listen on port ${options.port ?? 0}`, {
      cause: error,
      hint: 'Stop the program that uses the port, or choose another port.',
    });
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, close, [Symbol.asyncDispose]: close };
}

async function answer(
  incoming: IncomingMessage,
  services: ReadonlyMap<string, AwsService>,
  callers: readonly Caller[] | undefined,
): Promise<AwsResponse> {
  const requestId = randomUUID();
  const signed = signedBy(incoming.headers);
  const name = signed?.service ?? likely(incoming);
  const service = services.get(name) ?? absentService(name, incoming.headers, [...services.keys()]);
  const withId = (response: AwsResponse): AwsResponse => ({
    ...response,
    headers: { 'x-amzn-requestid': requestId, ...response.headers },
  });
  try {
    const body = await bodyOf(incoming);
    const caller = letIn(signed, callers, isQuery(service.name));
    const url = new URL(incoming.url ?? '/', 'http://localhost');
    const request = {
      method: incoming.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body,
      caller,
      region: signed?.region ?? '',
    };
    return withId(await service.handle(request));
  } catch (error) {
    if (incoming.destroyed && !incoming.complete) throw error;
    const refusal =
      error instanceof AwsErrorAnswer
        ? error
        : new AwsErrorAnswer('InternalFailure', 500, error instanceof Error ? error.message : String(error));
    return withId(service.refuse(refusal, requestId));
  }
}

/** The service that an unsigned request is probably for. */
function likely({ url, headers }: IncomingMessage): string {
  if (url?.includes('/functions/') === true) return 'lambda';
  return headers['x-amz-target'] === undefined ? 'cloudformation' : 'logs';
}

function isQuery(service: string): boolean {
  return service === 'cloudformation' || service === 'sts';
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    // A request that is too large is read to its end, so that its sender receives the error; it is not kept.
    if (length <= BODY_LIMIT) chunks.push(chunk);
  }
  if (length > BODY_LIMIT)
    throw new AwsErrorAnswer('RequestEntityTooLargeException', 413, `${length} bytes are too many`);
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, { status, headers = {}, body = '' }: AwsResponse): void {
  response.writeHead(status, { 'content-length': String(Buffer.byteLength(body)), ...headers });
  response.end(body);
}
