import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A server that is not AWS, and answers every request in the same way; it is closed after the test. */
export async function notAwsServer(status: number, type: string, text: string): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, type === '' ? {} : { 'content-type': type }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
