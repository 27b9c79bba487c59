import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { HOST } from '../kafka/embedded/properties.js';

/**
 * Below the ranges from which systems choose the local port of an outgoing connection (from 32768 on Linux, 49152
 * elsewhere), so that no connection takes the port between this check and the broker's bind.
 */
const range = { from: 20_000, to: 32_000 };

/** Free ports of the loopback interface. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(range.from, range.to);
    if (!ports.has(port) && (await isFree(port))) ports.add(port);
  }
  return [...ports];
}

/** True if this port of the loopback interface is free now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: HOST, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
