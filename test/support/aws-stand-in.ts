import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';

export interface AwsRequest {
  /** As in policies: "sts:GetCallerIdentity"; for REST services "kafka:GET /v1/kafka-versions". */
  readonly operation: string;
  readonly service: string;
  /** Parameters of the query string and of a form body. */
  readonly parameters: Readonly<Record<string, string>>;
  /** A JSON body. */
  readonly body: Readonly<Record<string, unknown>>;
}

export type AwsAnswer =
  | { readonly xml: string; readonly status?: number }
  | { readonly json: unknown; readonly status?: number }
  | { readonly error: string; readonly message?: string; readonly status?: number };

export type AwsHandlers = Record<string, AwsAnswer | ((request: AwsRequest) => AwsAnswer | Promise<AwsAnswer>)>;

/**
 * Replaces AWS on 127.0.0.1: it receives the requests of the real SDK, and answers what a test defines. The service
 * is read from the signature, the operation as in the service's protocol. An operation without a handler is answered
 * with an error that the SDK does not retry, and is in `calls` too.
 */
export class AwsStandIn implements AsyncDisposable {
  readonly calls: AwsRequest[] = [];
  handlers: AwsHandlers;
  readonly #server = createServer((request, response) => {
    void this.#answer(request).then(
      ({ status, type, headers, text }) => response.writeHead(status, { 'content-type': type, ...headers }).end(text),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });

  private constructor(handlers: AwsHandlers) {
    this.handlers = handlers;
  }

  static async start(handlers: AwsHandlers = {}): Promise<AwsStandIn> {
    const standIn = new AwsStandIn(handlers);
    await new Promise<void>((resolve) => standIn.#server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The environment of a process whose calls go to this server. It contains no other AWS settings of the machine. */
  get variables(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.url,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_REGION: 'eu-west-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      AWS_CONFIG_FILE: '/nowhere',
      AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
    };
  }

  /** The same for the SDK in this process, until `vi.unstubAllEnvs()`. */
  stubEnvironment(more: Record<string, string | undefined> = {}): void {
    for (const [key, value] of Object.entries({ ...this.variables, ...more })) vi.stubEnv(key, value);
  }

  operations(): string[] {
    return this.calls.map(({ operation }) => operation);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage): Promise<Raw> {
    const call = await read(request);
    this.calls.push(call);
    const handler = this.handlers[call.operation];
    const answer = typeof handler === 'function' ? await handler(call) : handler;
    return raw(answer ?? { error: 'NotInThisTest', message: call.operation, status: 400 }, call.service);
  }
}

interface Raw {
  status: number;
  type: string;
  headers: Record<string, string>;
  text: string;
}

async function read(request: IncomingMessage): Promise<AwsRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const service =
    /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? 'unsigned';
  const url = new URL(request.url ?? '/', 'http://localhost');
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  const parameters = Object.fromEntries([...url.searchParams, ...(isForm ? new URLSearchParams(text) : [])]);
  const target = request.headers['x-amz-target'];
  const name =
    parameters['Action'] ??
    (typeof target === 'string' ? target.split('.').at(-1) : undefined) ??
    `${String(request.method)} ${decodeURIComponent(url.pathname)}`;
  const body = !isForm && text !== '' ? (JSON.parse(text) as Record<string, unknown>) : {};
  return { operation: `${service}:${name}`, service, parameters, body };
}

function raw(answer: AwsAnswer, service: string): Raw {
  if ('xml' in answer) return { status: answer.status ?? 200, type: 'text/xml', headers: {}, text: answer.xml };
  const type = 'application/json';
  if ('json' in answer) {
    return { status: answer.status ?? 200, type, headers: {}, text: JSON.stringify(answer.json) };
  }
  const { error, message = 'an error of the test', status = 400 } = answer;
  const inner = `<Error><Code>${error}</Code><Message>${message}</Message></Error>`;
  if (service === 'ec2') {
    return { status, type: 'text/xml', headers: {}, text: `<Response><Errors>${inner}</Errors></Response>` };
  }
  if (service === 'sts' || service === 'cloudformation') {
    return { status, type: 'text/xml', headers: {}, text: `<ErrorResponse>${inner}</ErrorResponse>` };
  }
  return { status, type, headers: { 'x-amzn-errortype': error }, text: JSON.stringify({ message, __type: error }) };
}
