import net from 'node:net';
import os from 'node:os';
import { expect, inject, test } from 'vitest';
import { publisher } from '../../../src/index.js';
import { skipFor } from '../../support/skips.js';
import { makeWorld } from '../../support/world.js';

test('a broker is found at an IPv6 address', async (context) => {
  const addresses = Object.values(os.networkInterfaces()).flat();
  skipFor(context, addresses.some((one) => one?.address === '::1') ? undefined : 'no-ipv6');
  const world = await makeWorld({ brokers: inject('brokers') });
  const [host, port] = inject('brokers')[0]!.split(':');
  let accepted = 0;
  const server = net.createServer((client) => {
    accepted += 1;
    const upstream = net.connect(Number(port), host);
    client.pipe(upstream).pipe(client);
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '::1', resolve));
  const address = `[::1]:${(server.address() as net.AddressInfo).port}`;
  await using pub = publisher.create(world.with({ connection: { brokers: [address] } }));
  await pub.connect();
  expect(accepted).toBeGreaterThan(0);
  await pub.dispose();
  await new Promise((resolve) => server.close(resolve));
});
