import { expect, test } from 'vitest';
import { runCommand } from '../../local/os/commands.js';
import { sandbox } from '../support/broker-sandbox.js';
import { program } from '../support/programs.js';

// Node gives its child a socket as standard input: opening /dev/stdin fails there.
test.each([
  ['{"action":"positions"}', /^No Kafka broker is available/],
  ['{"action":', /^- is not a JSON object/],
])('an event is read from a socket on standard input: %s', async (input, said) => {
  const { env } = await sandbox('nothing');
  const args = [...program, 'invoke', 'publisher', '--event', '-'];
  const ended = await runCommand(process.execPath, args, { env, input, timeoutMs: 60_000 });
  expect(ended.exitCode).toBe(2);
  expect(ended.stderr).toMatch(said);
});
