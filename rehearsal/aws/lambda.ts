import { randomUUID } from 'node:crypto';
import type { Invocation } from '../../local/functions/index.js';
import { accountOf, mayDo } from './callers.js';
import { AwsErrorAnswer } from './aws-refusal.js';
import type { AwsRequest, AwsResponse, AwsService } from './service.js';

/** A function that can be invoked. */
export interface HostedFunction {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  /** Why it cannot be invoked now (throttled, Pending…); undefined if it can. */
  refusal?(): AwsErrorAnswer | undefined;
  invoke(event: unknown, id: string): Promise<Invocation>;
}

const SYNC_LIMIT = 6_291_456;
/** 1 MB since October 2025; it was 256 kB. */
const ASYNC_LIMIT = 1_048_576;
const TAIL_BYTES = 4_096;

/** Lambda's Invoke: RequestResponse, Event (one attempt: AWS makes up to three) and DryRun. */
export class LambdaService implements AwsService {
  readonly name = 'lambda';
  readonly #functions: readonly HostedFunction[];

  constructor(functions: readonly HostedFunction[]) {
    this.#functions = functions;
  }

  async handle(request: AwsRequest): Promise<AwsResponse> {
    const path = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.path);
    if (path === null || request.method !== 'POST') {
      throw new AwsErrorAnswer(
        'UnknownOperationException',
        404,
        `${request.method} ${request.path} is not available here`,
      );
    }
    const found = this.#find(decodeURIComponent(path[1] ?? ''), request);
    const type = String(request.headers['x-amz-invocation-type'] ?? 'RequestResponse');
    if (type === 'DryRun') return { status: 204 };
    const event = eventOf(request.body, type === 'Event' ? ASYNC_LIMIT : SYNC_LIMIT);
    const refusal = found.refusal?.();
    if (refusal !== undefined) throw refusal;
    const id = randomUUID();
    const running = found.invoke(event, id);
    const headers = { 'content-type': 'application/json', 'x-amzn-requestid': id, 'x-amz-executed-version': '$LATEST' };
    if (type === 'Event') {
      // The sender of an asynchronous event does not receive the error; the function's log has it.
      running.catch(() => undefined);
      return { status: 202, headers: { 'x-amzn-requestid': id } };
    }
    const answer = await running;
    const tail = request.headers['x-amz-log-type'] === 'Tail' ? { 'x-amz-log-result': tailOf(answer.log) } : {};
    if (answer.ok) return { status: 200, headers: { ...headers, ...tail }, body: JSON.stringify(answer.result) };
    const error = { 'x-amz-function-error': 'Unhandled' };
    return { status: 200, headers: { ...headers, ...tail, ...error }, body: JSON.stringify(answer.error) };
  }

  refuse({ code, status, message, fields, headers }: AwsErrorAnswer): AwsResponse {
    return {
      status,
      headers: { 'content-type': 'application/json', 'x-amzn-errortype': code, ...headers },
      body: JSON.stringify({ ...fields, message }),
    };
  }

  /** Finds a function by name or ARN, with or without its only version. */
  #find(asked: string, { region, caller }: AwsRequest): HostedFunction {
    const name = asked.replace(/:\$LATEST$/, '');
    const found = this.#functions.find(
      (one) =>
        one.region === region && (one.name === name || one.arn === name || one.arn.endsWith(`:function:${name}`)),
    );
    const arn = found?.arn ?? `arn:aws:lambda:${region}:${accountOf(caller)}:function:${name}`;
    // Check the right first: as in AWS, a caller without the right does not learn whether the function exists.
    mayDo(caller, 'lambda:InvokeFunction', arn);
    if (found !== undefined) return found;
    const missing = `Function not found: ${arn}`;
    throw new AwsErrorAnswer('ResourceNotFoundException', 404, missing, { Type: 'User', Message: missing });
  }
}

function eventOf(body: Buffer, limit: number): unknown {
  if (body.length > limit) {
    const message = `Request must be smaller than ${limit} bytes for the InvokeFunction operation`;
    throw new AwsErrorAnswer('RequestTooLargeException', 413, message, { Type: 'User' });
  }
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `Could not parse request body into json: ${reason}`;
    throw new AwsErrorAnswer('InvalidRequestContentException', 400, message, { Type: 'User' });
  }
}

/** The last 4 kB of a log; the first line may be cut. */
function tailOf(log: readonly string[]): string {
  const bytes = Buffer.from(log.map((line) => `${line}\n`).join(''));
  return bytes.subarray(Math.max(0, bytes.length - TAIL_BYTES)).toString('base64');
}
