import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandNames, withOwnCommands } from '../../bin/own-commands.js';
import { easyPubsub } from '../support/broker-cli.js';

const checkout = 'file:///a/bin/own-commands.ts';
const installed = 'file:///a/node_modules/easy-pubsub/dist/bin/easy-pubsub.js';

describe('a command in a message is printed as it runs', () => {
  test.each([
    ['Stop it: easy-pubsub kafka down', 'npm run easy-pubsub -- kafka down', 'npx easy-pubsub kafka down'],
    ['`npx easy-pubsub topics create a`', 'npm run easy-pubsub -- topics create a', 'npx easy-pubsub topics create a'],
    ["echo '{}' | easy-pubsub invoke worker", 'npm run easy-pubsub -- invoke worker', 'npx easy-pubsub invoke worker'],
    ['easy-pubsub --help', 'npm run easy-pubsub -- --help', 'npx easy-pubsub --help'],
  ])('%s', (text, inCheckout, inPackage) => {
    expect(withOwnCommands(text, checkout)).toContain(inCheckout);
    expect(withOwnCommands(text, checkout)).not.toContain('npx');
    expect(withOwnCommands(text, installed)).toContain(inPackage);
    expect(withOwnCommands(text, installed)).not.toContain('npx npx');
  });

  test.each(['commands of easy-pubsub find it', 'my-easy-pubsub-worker', 'npm run easy-pubsub -- kafka up'])(
    'not in: %s',
    (text) => {
      for (const source of [checkout, installed]) expect(withOwnCommands(text, source)).toBe(text);
    },
  );

  test('by the command line, which the tests run as that of a checkout', async () => {
    const env = { PATH: process.env['PATH'], HOME: '/nowhere', XDG_CACHE_HOME: '/nowhere' };
    const ran = await easyPubsub({ env }, 'invoke', 'worker', '--event', 'events/worker/echo.json');
    expect(ran.stderr).toContain('`npm run easy-pubsub -- kafka up`');
  });

  test('the names are those of all commands', async () => {
    const folder = join(import.meta.dirname, '../../bin/commands');
    const texts = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')));
    const added = texts.flatMap((text) =>
      [...text.matchAll(/\bprogram\s*\.command\('(\w+)'\)/g)].map(([, name]) => name),
    );
    expect(added.toSorted()).toEqual([...commandNames].toSorted());
  });
});
