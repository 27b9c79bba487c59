import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { NetworkAccess } from '../../../rehearsal/start/network.js';
import type { StackModel } from '../../../rehearsal/template/index.js';

const brokers = ['127.0.0.1:19001', '127.0.0.1:19002'];
const model = {
  clusters: [{ logicalId: 'Cluster', arn: 'arn', securityGroups: ['sg-b'] }],
  functions: [
    { logicalId: 'In', subnets: ['subnet-1'], securityGroups: ['sg-f'], environment: {} },
    { logicalId: 'Out', subnets: [], securityGroups: [], environment: {} },
  ],
  securityGroups: [
    { id: 'sg-f', partly: false, ingress: [], egress: [{ protocol: '-1', peer: { kind: 'range' }, doubts: [] }] },
    {
      id: 'sg-b',
      partly: false,
      ingress: [{ protocol: '-1', peer: { kind: 'group', id: 'sg-f' }, doubts: [] }],
      egress: [],
    },
  ],
} as unknown as StackModel;
const environment = { ALL: brokers.join(','), SECOND: `kafka://${brokers[1]!}/x`, TOPIC: 'worker' };

test('a function that may reach the brokers keeps their addresses; another one gets other addresses, in each variable that has them', async () => {
  await using network = await NetworkAccess.start(model, 'arn', brokers);
  expect(network.variables({ logicalId: 'In' }, environment)).toEqual({});
  const changed = network.variables({ logicalId: 'Out' }, environment);
  expect(Object.keys(changed)).toEqual(['ALL', 'SECOND']);
  const addresses = changed['ALL']!.split(',');
  expect(new Set([...addresses, ...brokers]).size).toBe(4);
  expect(changed['SECOND']).toBe(`kafka://${addresses[1]!}/x`);
});

test('those other addresses never answer, and an open connection does not delay the end', async () => {
  const network = await NetworkAccess.start(model, 'arn', brokers);
  const { ALL } = network.variables({ logicalId: 'Out' }, environment);
  const port = Number(ALL!.split(',')[0]!.split(':')[1]);
  const socket = connect(port, '127.0.0.1');
  const heard: Buffer[] = [];
  socket.on('data', (data: Buffer) => heard.push(data));
  await once(socket, 'connect');
  await new Promise<void>((sent) => socket.write(Buffer.alloc(1_000_000), () => sent()));
  // With or without a reset.
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await network[Symbol.asyncDispose]();
  await closed;
  expect(heard).toEqual([]);
});
