import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { host } from '../kafka/embedded/properties.js';

/**
 * Below the ranges from which systems take the local port of an outgoing connection (from 32768 on Linux, 49152
 * elsewhere), so that a connection cannot take the port between our look and the broker's bind.
 */
const range = { from: 20_000, to: 32_000 };

/** Ports of the loopback interface that no one listened on a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(range.from, range.to);
    if (!ports.has(port) && (await isFree(port))) ports.add(port);
  }
  return [...ports];
}

/** Whether we could listen on that port of the loopback interface now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
