import net from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { JoinFailure, NOT_COORDINATOR, COORDINATOR_LOADING } from '../../../drills/network/join-failure.js';
import { Proxies } from '../../../drills/network/proxies.js';
import { Weather } from '../../../drills/network/weather.js';
import { framed, int16, int32, string, WireReader } from '../../../rehearsal/gateway/protocol/wire.js';

const HEARTBEAT = 12;
const JOIN_GROUP = 11;
const METADATA = 3;

/** A broker that answers every request with its number, a throttle time of 0 and error 0. */
async function startBroker(): Promise<{ address: string; seen: number[]; close: () => Promise<void> }> {
  const seen: number[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    let bytes = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      while (bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0)) {
        const request = bytes.subarray(4, 4 + bytes.readInt32BE(0));
        bytes = bytes.subarray(4 + request.length);
        seen.push(request.readInt16BE(0));
        socket.write(framed(int32(request.readInt32BE(4)), int32(0), int16(0)));
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    seen,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

class Client {
  readonly #socket: net.Socket;
  #bytes = Buffer.alloc(0);
  readonly closed: Promise<unknown>;

  constructor(port: number) {
    this.#socket = net.connect(port, '127.0.0.1');
    this.#socket.on('error', () => undefined);
    this.#socket.on('data', (chunk: Buffer) => (this.#bytes = Buffer.concat([this.#bytes, chunk])));
    // Not by `once`: it rejects at a reset, which is one of the ways.
    this.closed = new Promise((resolve) => this.#socket.once('close', resolve));
  }

  send(apiKey: number, version: number, correlationId: number, clientId: string): void {
    this.#socket.write(framed(int16(apiKey), int16(version), int32(correlationId), string(clientId)));
  }

  /** The next answer, or undefined when none comes. */
  async answer(withinMs = 2_000): Promise<WireReader | undefined> {
    const end = performance.now() + withinMs;
    while (this.#bytes.length < 4 || this.#bytes.length < 4 + this.#bytes.readInt32BE(0)) {
      if (performance.now() > end) return undefined;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const frame = this.#bytes.subarray(4, 4 + this.#bytes.readInt32BE(0));
    this.#bytes = this.#bytes.subarray(4 + frame.length);
    return new WireReader(frame);
  }

  end(): void {
    this.#socket.destroy();
  }
}

describe('the proxies of the drills', () => {
  let broker: Awaited<ReturnType<typeof startBroker>>;
  let proxies: Proxies;
  let clients: Client[];

  beforeEach(async () => {
    broker = await startBroker();
    proxies = await Proxies.listen(1);
    proxies.lead([broker.address]);
    clients = [];
  });

  afterEach(async () => {
    for (const client of clients) client.end();
    await proxies[Symbol.asyncDispose]();
    await broker.close();
  });

  function client(): Client {
    const made = new Client(proxies.ports[0]!);
    clients.push(made);
    return made;
  }

  test('hold the data of one drill while its network is cut, and forward it afterwards, without effect on others', async () => {
    const weather = new Weather('one.');
    proxies.add(weather);
    const inside = client();
    const outside = client();
    inside.send(METADATA, 1, 1, 'one.worker-1');
    expect((await inside.answer())?.int32()).toBe(1);
    weather.dig([1]);
    inside.send(METADATA, 1, 2, 'one.worker-1');
    outside.send(METADATA, 1, 7, 'two.worker-1');
    expect((await outside.answer())?.int32()).toBe(7);
    expect(await inside.answer(200)).toBeUndefined();
    const newcomer = client();
    newcomer.send(METADATA, 1, 3, 'one.worker-2');
    expect(await newcomer.answer(200)).toBeUndefined();
    expect(broker.seen).toHaveLength(2);
    weather.fill();
    expect((await inside.answer())?.int32()).toBe(2);
    expect((await newcomer.answer())?.int32()).toBe(3);
    expect(weather.counts).toMatchObject({ held: 2 });
  });

  test('drop held data of a client that has disconnected', async () => {
    const weather = new Weather('one.');
    proxies.add(weather);
    const gone = client();
    gone.send(METADATA, 1, 1, 'one.worker-1');
    await gone.answer();
    weather.dig([1]);
    gone.send(METADATA, 1, 2, 'one.worker-1');
    expect(await gone.answer(100)).toBeUndefined();
    gone.end();
    await gone.closed;
    const other = client();
    other.send(METADATA, 1, 3, 'one.worker-1');
    expect(await other.answer(100)).toBeUndefined();
    weather.fill();
    expect((await other.answer())?.int32()).toBe(3);
    expect(broker.seen).toHaveLength(2);
  });

  test('delay data in both directions', async () => {
    const weather = new Weather('one.');
    proxies.add(weather);
    weather.delayMs = 60;
    const slow = client();
    const from = performance.now();
    slow.send(METADATA, 1, 1, 'one.worker-1');
    expect((await slow.answer())?.int32()).toBe(1);
    expect(performance.now() - from).toBeGreaterThan(115);
  });

  test('reset the connections of one drill', async () => {
    const weather = new Weather('one.');
    proxies.add(weather);
    const one = client();
    one.send(METADATA, 1, 1, 'one.worker-1');
    await one.answer();
    expect(proxies.reset(weather)).toBe(1);
    await one.closed;
  });

  test('answer one heartbeat with an error, and let exactly one join fail', async () => {
    const weather = new Weather('one.');
    proxies.add(weather);
    const member = client();
    const other = client();
    const failure = new JoinFailure('one.worker-1', NOT_COORDINATOR, COORDINATOR_LOADING);
    proxies.plan(failure);
    other.send(HEARTBEAT, 3, 1, 'one.worker-2');
    const wellAnswered = (await other.answer())!;
    expect([wellAnswered.int32(), wellAnswered.int32(), wellAnswered.int16()]).toEqual([1, 0, 0]);
    member.send(JOIN_GROUP, 5, 1, 'one.worker-1');
    expect(await member.answer()).toBeDefined();
    member.send(HEARTBEAT, 3, 2, 'one.worker-1');
    const beat = (await member.answer())!;
    expect([beat.int32(), beat.int32(), beat.int16()]).toEqual([2, 0, NOT_COORDINATOR]);
    const seen = broker.seen.length;
    member.send(JOIN_GROUP, 5, 3, 'one.worker-1');
    const join = (await member.answer())!;
    expect([join.int32(), join.int32(), join.int16(), join.int32()]).toEqual([3, 0, COORDINATOR_LOADING, -1]);
    expect([join.string(), join.string(), join.string(), join.int32(), join.left]).toEqual(['', '', '', 0, 0]);
    expect(broker.seen).toHaveLength(seen);
    await failure.done;
    member.send(HEARTBEAT, 3, 4, 'one.worker-1');
    const after = (await member.answer())!;
    expect([after.int32(), after.int32(), after.int16()]).toEqual([4, 0, 0]);
    expect(failure.log).toHaveLength(2);
  });

  test('close the connection of a join, if this is the configured failure', async () => {
    proxies.add(new Weather('one.'));
    const member = client();
    proxies.plan(new JoinFailure('one.worker-1', NOT_COORDINATOR, 'closed'));
    member.send(HEARTBEAT, 3, 1, 'one.worker-1');
    await member.answer();
    member.send(JOIN_GROUP, 5, 2, 'one.worker-1');
    await member.closed;
  });

  test.each([
    [3, 3],
    [4, 9],
  ])('parse version %i of heartbeats and version %i of joins', (beatVersion, joinVersion) => {
    const failure = new JoinFailure('x', NOT_COORDINATOR, COORDINATOR_LOADING);
    const tags = beatVersion >= 4 ? [Buffer.from([0])] : [];
    const answer = new WireReader(
      failure.changeHeartbeat(Buffer.concat([int32(1), ...tags, int32(0), int16(0), ...tags]), beatVersion),
    );
    answer.int32();
    if (beatVersion >= 4) answer.skipTags();
    answer.int32();
    expect(answer.int16()).toBe(NOT_COORDINATOR);
    const join = new WireReader(failure.joinAnswer(5, joinVersion));
    const flexible = joinVersion >= 6;
    expect(join.int32()).toBe(5);
    if (flexible) join.skipTags();
    expect([join.int32(), join.int16(), join.int32()]).toEqual([0, COORDINATOR_LOADING, -1]);
    const words = Array.from({ length: joinVersion >= 7 ? 3 : 2 }, () => join.string(flexible));
    expect(words.every((word) => word === undefined || word === '')).toBe(true);
    if (joinVersion >= 9) join.int8();
    expect(join.string(flexible)).toBe('');
    expect(flexible ? join.uvarint() : join.int32()).toBe(flexible ? 1 : 0);
    if (flexible) join.skipTags();
    expect(join.left).toBe(0);
  });
});
