import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { embeddedSkip } from '../support/broker-machine.js';
import { programs, withPatience } from '../support/page-programs.js';
import { patient } from '../support/patience.js';
import { skipFor } from '../support/skips.js';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');

const PROGRAM = `
  test_kafka.start({ port: 0 }).catch(async (error) => {
    const kafka = await test_kafka.start();
    const settings = await kafka.settings();
    const asked = expect_request(settings, { reply: () => no_reply, timeout_ms: 30_000 });
    const sending = publisher.create(settings);
    await sending.connect();
    await sending.send('worker', worker_frame({ path: 1, command: 'hello' }));
    console.log(settings instanceof config, error instanceof pubsub_error, error.code, (await asked).command);
    await sending.dispose();
    await kafka.stop();
  });
`;
const NAMES = '{ config, no_reply, publisher, pubsub_error, worker_frame }';

/** `easy-pubsub/testing` of the packed package, in this folder. */
export function testingWorks(folder: () => string): void {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST|NODE_ENV|PUBSUB_|JEST)/.test(name)),
  );

  describe('easy-pubsub/testing', () => {
    beforeEach(async (context) => skipFor(context, await embeddedSkip()));

    test.each([
      [
        'testing.mjs',
        `import ${NAMES} from 'easy-pubsub'; import { expect_request, test_kafka } from 'easy-pubsub/testing';`,
      ],
      [
        'testing.cjs',
        `const ${NAMES} = require('easy-pubsub'); const { expect_request, test_kafka } = require('easy-pubsub/testing');`,
      ],
    ])('starts a Kafka, and has the classes of the library: %s', async (file, head) => {
      await writeFile(join(folder(), file), head + PROGRAM);
      const { stdout } = await run(process.execPath, [file], { cwd: folder(), env, timeout: patient(60_000) });
      expect(stdout).toBe('true true argument_invalid hello\n');
    });

    test('is not in the library', async () => {
      const dist = join(folder(), 'node_modules/easy-pubsub/dist');
      for (const file of ['index.cjs', 'index.js'])
        expect(await readFile(join(dist, file), 'utf8')).not.toMatch(
          /expect_request|test_kafka|kafka_unavailable.*jars/,
        );
    });

    describe('with jest', () => {
      const project = (): string => join(folder(), 'with-jest');

      beforeAll(async () => {
        await run('npm', ['install', '--no-audit', '--no-fund', 'jest@30.5.2'], { cwd: folder() });
        await mkdir(project());
        const page = await readFile(join(ROOT, 'docs/first-service.md'), 'utf8');
        const texts = withPatience([...programs(page, 'js'), ...programs(page, 'ts')], patient(10_000));
        for (const { name, text } of texts) await writeFile(join(project(), name), text);
        // types-cases.ts checks the types; the packages of jest bring others.
        const options =
          '--module commonjs --moduleResolution node10 --target es2022 --strict --skipLibCheck --types node'.split(' ');
        const tsc = [join(folder(), 'node_modules/typescript/bin/tsc'), ...options, 'contract.ts', 'total.ts'];
        await run(process.execPath, tsc, { cwd: project() });
        await writeFile(join(project(), 'package.json'), '{ "jest": { "testMatch": ["<rootDir>/*.test.js"] } }');
      }, 300_000);

      const jest = async (...options: string[]): Promise<string> => {
        const args = [
          join(folder(), 'node_modules/jest/bin/jest.js'),
          '--colors=false',
          '--testTimeout=60000',
          ...options,
        ];
        const { stderr } = await run(process.execPath, args, { cwd: project(), env, timeout: patient(90_000) });
        return stderr;
      };

      test('the test of docs/first-service.md runs', { timeout: patient(100_000) }, async () => {
        expect(await jest()).toMatch(/Tests: +1 passed/);
      });

      test('… on one Kafka for all files', { timeout: patient(100_000) }, async () => {
        const text = await readFile(join(project(), 'total.test.js'), 'utf8');
        const attached = "expect(kafka.why).toBe('PUBSUB_BROKERS names it');";
        const second = text.replace('  const settings', `  ${attached}\n  const settings`);
        await writeFile(join(project(), 'second.test.js'), second);
        const globals = ['--globalSetup', './global-setup.js', '--globalTeardown', './global-teardown.js'];
        expect(await jest(...globals)).toMatch(/Tests: +2 passed/);
      });
    });
  });
}
