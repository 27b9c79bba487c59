import { z } from 'zod';
import { accountOf, mayDo } from './callers.js';
import type { LogEvent, LogStore } from './log-store.js';
import { AwsErrorAnswer } from './aws-refusal.js';
import type { AwsRequest, AwsResponse, AwsService } from './service.js';

const query = z.object({
  logGroupName: z.string().optional(),
  logGroupIdentifier: z.string().optional(),
  logStreamNames: z.array(z.string()).optional(),
  startTime: z.number().optional(),
  endTime: z.number().optional(),
  filterPattern: z.string().default(''),
  limit: z.number().int().min(1).max(10_000).default(10_000),
  nextToken: z.string().optional(),
});

/** CloudWatch Logs' FilterLogEvents. A pattern is a list of words that must occur, quoted or not. */
export class LogsService implements AwsService {
  readonly name = 'logs';
  readonly #store: LogStore;

  constructor(store: LogStore) {
    this.#store = store;
  }

  async handle(request: AwsRequest): Promise<AwsResponse> {
    await Promise.resolve();
    const target = String(request.headers['x-amz-target'] ?? '');
    if (target !== 'Logs_20140328.FilterLogEvents') {
      throw new AwsErrorAnswer('UnknownOperationException', 400, `${target} is not available here`);
    }
    const parsed = query.safeParse(JSON.parse(request.body.toString('utf8') || '{}'));
    if (!parsed.success) {
      throw new AwsErrorAnswer('InvalidParameterException', 400, parsed.error.issues[0]?.message ?? 'invalid');
    }
    const asked = parsed.data;
    const group = asked.logGroupName ?? asked.logGroupIdentifier?.replace(/^.*:log-group:/, '') ?? '';
    mayDo(
      request.caller,
      'logs:FilterLogEvents',
      `arn:aws:logs:${request.region}:${accountOf(request.caller)}:log-group:${group}`,
    );
    const events = this.#store.of(group);
    if (events === undefined) {
      throw new AwsErrorAnswer('ResourceNotFoundException', 400, 'The specified log group does not exist.');
    }
    return json(page(events, asked));
  }

  refuse({ code, message }: AwsErrorAnswer): AwsResponse {
    return { ...json({ __type: code, message }), status: 400 };
  }
}

function page(events: readonly LogEvent[], asked: z.output<typeof query>): object {
  const { startTime = 0, endTime = Infinity, logStreamNames, limit, nextToken = '' } = asked;
  const words = [...asked.filterPattern.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  const found = events.filter(
    ({ id, timestamp, stream, message }) =>
      id > nextToken &&
      timestamp >= startTime &&
      timestamp <= endTime &&
      (logStreamNames?.includes(stream) ?? true) &&
      words.every((word) => message.includes(word)),
  );
  const shown = found.slice(0, limit);
  return {
    events: shown.map(({ id, timestamp, stream, message }) => ({
      eventId: id,
      logStreamName: stream,
      timestamp,
      ingestionTime: timestamp,
      message,
    })),
    searchedLogStreams: [],
    ...(found.length > shown.length ? { nextToken: shown.at(-1)?.id } : {}),
  };
}

function json(body: object): AwsResponse {
  return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(body) };
}
