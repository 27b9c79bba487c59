import { createServer, type Server } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { listen } from '../../../local/os/listen.js';

function newServer(): Server {
  const server = createServer();
  onTestFinished(() => void server.close());
  return server;
}

test('a server listens, and later errors do not end the process: the first is a warning', async () => {
  const server = newServer();
  const { port } = await listen(server, { host: '127.0.0.1', port: 0 });
  expect(port).toBeGreaterThan(0);
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
  onTestFinished(() => warn.mockRestore());
  const errors = [new Error('accept EMFILE'), new Error('accept EMFILE again')];
  for (const error of errors) server.emit('error', error);
  expect(warn.mock.calls).toEqual([[errors[0]]]);
  expect(server.listening).toBe(true);
});

test('a port that is in use rejects', async () => {
  const { port } = await listen(newServer(), { host: '127.0.0.1', port: 0 });
  const second = newServer();
  await expect(listen(second, { host: '127.0.0.1', port, exclusive: true })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
  expect(second.listenerCount('error')).toBe(0);
});
