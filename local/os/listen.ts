import { once } from 'node:events';
import type { AddressInfo, ListenOptions, Server } from 'node:net';

/**
 * Makes a server listen on a port. After that, an error of the server is a warning of the process (Node prints it
 * once for each server): it is about a connection that could not be accepted, and the server continues to listen.
 * Without a listener for it, the error would end the process.
 *
 * @throws the error of the system if the server cannot listen
 */
export async function listen(
  server: Server,
  options: Pick<ListenOptions, 'host' | 'port' | 'exclusive'>,
): Promise<AddressInfo> {
  // Rejects if the server emits an error instead, and removes both of its listeners.
  const listening = once(server, 'listening');
  server.listen(options);
  await listening;
  server.on('error', () => undefined);
  server.once('error', (error) => process.emitWarning(error));
  return server.address() as AddressInfo;
}
