import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { newCertificates, type Certificates } from '../../../rehearsal/gateway/certificates.js';
import { BrokerGateway } from '../../../rehearsal/gateway/gateway.js';
import { AclBook } from '../../../rehearsal/gateway/protocol/acl-book.js';
import { newVoucher, type Voucher } from '../../../rehearsal/gateway/login/jws.js';
import { RefusalLog, type RefusalRecord } from '../../../rehearsal/gateway/refusal-log.js';
import { Roles } from '../../../rehearsal/gateway/login/roles.js';
import { blob, int16, int32, int64, string } from '../../../rehearsal/gateway/protocol/wire.js';
import { until } from '../../support/until.js';
import { forged } from './support/forge.js';
import { RawClient, request } from './support/raw-client.js';
import { scriptedBroker, type BrokerRequest, type ScriptedBroker } from './support/scripted-broker.js';
import { newRole, REGION } from './support/world.js';

const ann = newRole('ann');
let certificates: Certificates;
let voucher: Voucher;

beforeAll(async () => {
  [certificates, voucher] = await Promise.all([newCertificates(['broker.test']), newVoucher()]);
});

interface Setting {
  gateway: BrokerGateway;
  broker: ScriptedBroker;
  client: RawClient;
  refusals: RefusalRecord[];
  /** The broker's answer to logins from now on. */
  answerLogins(errorCode: number): void;
}

/** A gateway, a client of it, and a broker that accepts logins and leaves the rest to the test. */
async function setting(onRequest: (request: BrokerRequest) => void = () => undefined): Promise<Setting> {
  let loginError = 0;
  const broker = await scriptedBroker((asked) => {
    if (asked.apiKey === 17) asked.answer(int16(0), int32(1), string('OAUTHBEARER'));
    else if (asked.apiKey === 36) asked.answer(int16(loginError), int16(-1), blob(Buffer.alloc(0)), int64(900_000n));
    else onRequest(asked);
  });
  const refusals: RefusalRecord[] = [];
  const gateway = await BrokerGateway.listen({
    acls: new AclBook(),
    certificates,
    login: { brokerHosts: ['localhost'], roles: new Roles([ann], REGION), voucher },
    refusals: new RefusalLog((refusal) => refusals.push(refusal), 0),
  });
  onTestFinished(() => gateway[Symbol.asyncDispose]());
  gateway.target = broker.address;
  const client = await RawClient.secure({ address: gateway.address, ca: certificates.authority });
  onTestFinished(() => client.end());
  return { gateway, broker, client, refusals, answerLogins: (errorCode) => (loginError = errorCode) };
}

async function loggedIn(onRequest?: (request: BrokerRequest) => void): Promise<Setting> {
  const made = await setting(onRequest);
  expect(await made.client.login(forged(ann))).toMatchObject({ errorCode: 0 });
  return made;
}

describe('order', () => {
  test('an answer of the gateway waits for the pending answers of the broker', async () => {
    const late: BrokerRequest[] = [];
    const { client } = await setting((asked) => late.push(asked));
    client.socket.write(
      Buffer.concat([request(1, 18, 0), request(2, 18, 0), request(3, 17, 1, string('PLAIN')), request(4, 18, 0)]),
    );
    await until('the broker has two requests', () => late.length === 2);
    // Longer than the gateway needs for its own answer.
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const asked of late) asked.answer(int16(0));
    const numbers = [await client.answer(), await client.answer(), await client.answer()].map((a) => a.readInt32BE(0));
    expect(numbers).toEqual([1, 2, 3]);
    // The fourth request came after a refusal: the broker did not receive it.
    await client.untilClosed();
    expect(late).toHaveLength(2);
  });

  test('a request without an answer (acks=0) does not delay the next one', async () => {
    const { client } = await loggedIn(({ apiKey, answer }) => {
      if (apiKey === 12) answer(int16(0));
    });
    // Produce without an acknowledgement, in both encodings.
    client.send(0, 3, int16(-1), int16(0), int32(1_000), int32(0));
    client.send(0, 9, Buffer.from([0]), Buffer.from([0]), int16(0), int32(1_000), Buffer.from([1, 0]));
    const number = client.send(12, 0);
    const answer = await client.answer();
    expect(answer.readInt32BE(0)).toBe(number);
    // The shortest possible answer with a content: Heartbeat of version 0.
    expect(answer).toHaveLength(6);
  });

  test('an answer of the broker that matches no request ends the connection', async () => {
    const { client, refusals } = await loggedIn(({ answer }) => {
      answer(int16(0));
      answer(int16(0));
    });
    client.send(12, 0);
    await client.answer();
    await client.untilClosed();
    expect(refusals.at(-1)).toMatchObject({ reason: 'malformed' });
  });
});

describe('logins', () => {
  test('the broker gets a token of the gateway, and nothing of the client’s login', async () => {
    const { broker } = await loggedIn();
    const login = broker.requests.find(({ apiKey }) => apiKey === 36)!.bytes.toString('latin1');
    const [, token = ''] = /auth=Bearer ([\w.-]+)/.exec(login) ?? [];
    const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as {
      sub: string;
      exp: number;
    };
    expect(claims.sub).toBe(ann.arn);
    expect(claims.exp - Date.now() / 1_000).toBeGreaterThan(880);
    expect(login).not.toContain(Buffer.from('X-Amz-Signature').toString('base64url').slice(0, 12));
  });

  test('Kafka’s error for a login out of turn reaches the client unchanged', async () => {
    const { client, answerLogins } = await loggedIn(({ answer }) => answer(int16(0)));
    answerLogins(34);
    expect(await client.login(forged(ann))).toMatchObject({ errorCode: 34 });
    client.send(12, 0);
    expect(await client.answer()).toHaveLength(6);
  });

  test('if the broker refuses the gateway’s token, the client is refused as usual', async () => {
    const { client, answerLogins, refusals } = await setting();
    answerLogins(58);
    const { errorCode, message } = await client.login(forged(ann));
    expect([errorCode, message]).toEqual([58, `[${refusals[0]!.id}]: Access denied`]);
    expect(refusals[0]).toMatchObject({ reason: 'refused_by_kafka' });
    await client.untilClosed();
  });

  test('an invalid login with AWS_MSK_IAM is refused', async () => {
    const { client } = await setting();
    expect((await client.login(Buffer.from('{}'), 'AWS_MSK_IAM')).errorCode).toBe(58);
  });
});

describe('memory', () => {
  const mb = 1_000_000;
  const buffers = (): number => process.memoryUsage().arrayBuffers;

  test('a broker that does not read stops the client', async () => {
    const { client, broker } = await loggedIn();
    broker.sockets[0]!.pause();
    const frame = request(9, 1, 0, Buffer.alloc(60 * mb));
    const before = buffers();
    client.socket.write(frame);
    await settled(() => client.socket.bytesWritten - client.socket.writableLength);
    // The rest waits in the client, which keeps a copy of it.
    expect(client.socket.writableLength).toBeGreaterThan(40 * mb);
    expect(buffers() - before).toBeLessThan(15 * mb);
    broker.sockets[0]!.resume();
    await until('all data has arrived', () => broker.requests.at(-1)?.bytes.length === frame.length - 4);
  });

  test('a client that does not read stops the broker', async () => {
    const asked: BrokerRequest[] = [];
    const { client, broker } = await loggedIn((one) => asked.push(one));
    client.send(1, 0);
    await until('the broker has the request', () => asked.length === 1);
    client.socket.pause();
    const body = Buffer.alloc(60 * mb);
    const before = buffers();
    asked[0]!.answer(body);
    const [socket] = broker.sockets;
    await settled(() => socket!.bytesWritten - socket!.writableLength);
    expect(socket!.writableLength).toBeGreaterThan(40 * mb);
    expect(buffers() - before).toBeLessThan(15 * mb);
    client.socket.resume();
    expect(await client.answer()).toHaveLength(body.length + 4);
  });

  test('a client that sends thousands of requests and reads no answers is not read from', async () => {
    const { client, broker } = await loggedIn();
    const many = Buffer.concat(Array.from({ length: 300_000 }, (_, i) => request(i, 12, 0)));
    const before = broker.requests.length;
    client.socket.write(many);
    await settled(() => broker.requests.length);
    expect(broker.requests.length - before).toBeLessThan(20_000);
  });
});

describe('ends', () => {
  test('a client gets an error if no broker is behind the gateway', async () => {
    const { gateway, client, refusals } = await setting();
    // A port that was free a moment ago.
    const gone = await scriptedBroker(() => undefined);
    gateway.target = gone.address.replace(/\d+$/, '1');
    const late = await RawClient.secure({ address: gateway.address, ca: certificates.authority });
    late.send(18, 0);
    await late.untilClosed();
    expect(refusals.at(-1)).toMatchObject({ reason: 'broker_unreachable' });
    client.end();
  });

  test('a closed broker connection closes the client’s, and the other way round', async () => {
    const first = await loggedIn();
    first.broker.sockets[0]!.destroy();
    await first.client.untilClosed();
    const second = await loggedIn();
    second.client.end();
    await until('the broker sees it', () => second.broker.sockets[0]!.destroyed);
    await until('the gateway has forgotten both', () => second.gateway.connections === 0);
  });

  test('a stopped gateway leaves nothing open', async () => {
    const { gateway, broker, client } = await loggedIn();
    const silent = await RawClient.plain(gateway.address);
    await gateway[Symbol.asyncDispose]();
    await Promise.all([client.untilClosed(), silent.untilClosed()]);
    await until('the broker sees it', () => broker.sockets[0]!.destroyed);
    await expect(RawClient.plain(gateway.address)).rejects.toThrow('ECONNREFUSED');
  });
});

test('the certificate is valid for every requested name, and only with the gateway’s authority', async () => {
  const { gateway } = await setting();
  for (const servername of ['broker.test', 'localhost']) {
    const client = await RawClient.secure({ address: gateway.address, ca: certificates.authority }, { servername });
    client.end();
  }
  const { authority } = await newCertificates();
  await expect(RawClient.secure({ address: gateway.address, ca: authority })).rejects.toThrow(/certificate/);
  const other = { servername: 'other.test' };
  await expect(RawClient.secure({ address: gateway.address, ca: certificates.authority }, other)).rejects.toThrow(
    /does not match certificate/,
  );
});

/** Resolves when a number has stopped growing. */
async function settled(read: () => number): Promise<void> {
  let last = -1;
  let same = 0;
  await until('it has stopped', async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    same = read() === last ? same + 1 : 0;
    last = read();
    return same >= 6;
  });
}

test('a lost connection: neither end is notified, and nothing is transferred', async () => {
  const asked: BrokerRequest[] = [];
  const { gateway, broker, client } = await loggedIn((request) => asked.push(request));
  client.send(12, 0);
  await until('the broker has a request', () => asked.length === 1);
  const before = broker.requests.length;
  gateway.lose([client.socket.localPort!]);
  // Data on its way is lost too, and so is what is sent from now on.
  asked[0]!.answer(int16(0));
  client.send(12, 0);
  const other = await RawClient.secure({ address: gateway.address, ca: certificates.authority });
  onTestFinished(() => other.end());
  expect(await other.login(forged(ann))).toMatchObject({ errorCode: 0 });
  expect(client.closed).toBe(false);
  expect(asked).toHaveLength(1);
  expect(broker.requests.length).toBeGreaterThan(before);
  expect(gateway.connections).toBe(2);
  // The client gives the connection up later.
  client.socket.destroy();
  await until('the gateway has forgotten it', () => gateway.connections === 1);
});
