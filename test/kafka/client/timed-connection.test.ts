import { expect, test, vi } from 'vitest';
import { ConnectionFailure } from '../../../src/kafka/client/connection-failure.js';
import { toPubsubError } from '../../../src/kafka/client/errors.js';
import type { LibraryConnection } from '../../../src/kafka/client/port.js';
import { TimedConnection } from '../../../src/kafka/client/timed-connection.js';
import { config } from '../../../src/index.js';
import { kafkaConnection } from '../../../src/pubsub/kafka-connection.js';

/** A connection of a library whose requests get the outcomes that a test gives them. */
class ScriptedConnection implements LibraryConnection {
  isConnected = true;
  throttledUntil = Number.NEGATIVE_INFINITY;
  readonly requests: { reject(error: Error): void }[] = [];
  connect = (): Promise<void> => Promise.resolve();
  negotiate = (): Promise<void> => Promise.resolve();
  logIn = (): Promise<void> => Promise.resolve();
  request<T>(): Promise<T> {
    return new Promise((_, reject) => this.requests.push({ reject }));
  }
  destroy(): void {
    this.isConnected = false;
  }
}

const settings = kafkaConnection(config.create({ connection: { brokers: ['b-1:9092'] } }));

async function open(): Promise<{ raw: ScriptedConnection; connection: TimedConnection }> {
  const raw = new ScriptedConnection();
  const library = { connectionTo: () => raw };
  return { raw, connection: await TimedConnection.open(library, settings, { host: 'b-1', port: 9092 }) };
}

/** Two requests that wait, and what became of them. */
function twoOn(connection: TimedConnection): Promise<string[]> {
  const heartbeat = { group: 'g', generation: 1, memberId: 'm' };
  const outcomes = [
    connection.request('heartbeat', heartbeat, { timeoutMs: 3_333 }),
    connection.request('describeGroups', { groups: ['g'] }),
  ].map((outcome) =>
    outcome.then(
      () => 'answered',
      (error: unknown) => toPubsubError(error, 'receive').raw_message,
    ),
  );
  return Promise.all(outcomes);
}

test('a request that times out, and the others on its connection, say what happened', async () => {
  vi.useFakeTimers();
  try {
    const { connection } = await open();
    const outcomes = twoOn(connection);
    await vi.advanceTimersByTimeAsync(3_333);
    expect(await outcomes).toEqual([
      'b-1:9092 did not answer: no answer to heartbeat within 3333 ms',
      'this client closed the connection to b-1:9092: no answer to heartbeat within 3333 ms',
    ]);
  } finally {
    vi.useRealTimers();
  }
});

test('a connection that this client closes does not blame the broker', async () => {
  const { connection } = await open();
  const outcomes = twoOn(connection);
  connection.close('the process was frozen for 60000 ms');
  const sentence = 'this client closed the connection to b-1:9092: the process was frozen for 60000 ms';
  expect(await outcomes).toEqual([sentence, sentence]);
  const later = await connection.request('describeGroups', { groups: ['g'] }).catch((error: unknown) => error);
  expect(toPubsubError(later, 'receive').raw_message).toBe(sentence);
});

test.each([
  ['the broker closes it', 'closed', undefined, 'b-1:9092 closed the connection'],
  ['it breaks', 'network', 'ECONNRESET', 'the connection to b-1:9092 broke (ECONNRESET)'],
] as const)('all requests of a connection name the cause if %s', async (_what, kind, code, sentence) => {
  const { raw, connection } = await open();
  const outcomes = twoOn(connection);
  raw.isConnected = false;
  raw.requests[0]?.reject(new ConnectionFailure(kind, 'Closed connection', { broker: 'b-1:9092', code }));
  expect(await outcomes).toEqual([sentence, sentence]);
});

test('after a refused login, the other requests may have been executed', async () => {
  const { raw, connection } = await open();
  const outcomes = twoOn(connection);
  raw.isConnected = false;
  raw.requests[0]?.reject(new ConnectionFailure('login_refused', 'the token has expired', { broker: 'b-1:9092' }));
  expect(await outcomes).toEqual([
    'the broker refused the login: the token has expired',
    'this client closed the connection to b-1:9092: the token has expired',
  ]);
});

test('a request is not overdue while the broker throttles the connection, and has its whole time afterwards', async () => {
  vi.useFakeTimers();
  try {
    const { raw, connection } = await open();
    const outcomes = twoOn(connection);
    await vi.advanceTimersByTimeAsync(2_000);
    raw.throttledUntil = performance.now() + 8_000;
    await vi.advanceTimersByTimeAsync(8_000);
    expect([connection.isOpen, connection.overdueMs()]).toEqual([true, 0]);
    await vi.advanceTimersByTimeAsync(3_300);
    expect([connection.isOpen, Math.round(connection.overdueMs())]).toEqual([true, 3_300]);
    await vi.advanceTimersByTimeAsync(100);
    expect((await outcomes)[0]).toBe(
      'b-1:9092 did not answer: no answer to heartbeat within 3333 ms after it had throttled this client for 10000 ms',
    );
  } finally {
    vi.useRealTimers();
  }
});
