import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

/** What a service and its test have, in one program. */
const PROGRAM = `
import { command, commands, config, handler_error, payload_text, pubsub_error, requester, worker, worker_frame,
  type AirCoreFrame, type handler_context, type standard_schema } from 'easy-pubsub';
import { expect_request, test_kafka } from 'easy-pubsub/testing';

declare const order: standard_schema<{ id: string }, { id: string }>;
declare const answer: standard_schema<{ ok: boolean }, { ok: boolean }>;
const place = command('place', order, answer, { path: ({ id }) => id });

export async function main(): Promise<void> {
  const settings: config = config.create({ connection: { brokers: ['localhost:9092'] }, worker: { concurrency: 4 } });
  const changed: config = settings.with({ requester: { request_timeout_ms: 5 } });
  const attempts: number = changed.worker.retry_attempts;
  const answering: worker = worker.create(
    settings,
    commands({ place: place.handle(({ id }, context: handler_context) => ({ ok: id !== '' && context.attempt < attempts })) }),
  );
  const asking: requester = requester.create(settings);
  await Promise.all([answering.connect(), asking.connect({ fail_fast: true })]);
  try {
    const { ok }: { ok: boolean } = await asking.call(place, { id: '7' });
    const reply: AirCoreFrame = await asking.request(worker_frame({ path: 'order-7', command: ok ? 'x' : 'y' }), { timeout_ms: 5 });
    console.log(payload_text(reply));
    // @ts-expect-error a number is not a frame
    await asking.request(5);
    // @ts-expect-error there is no such setting
    settings.with({ worker: { concurency: 4 } });
  } catch (error) {
    if (pubsub_error.is(error)) console.log(error.code, error.hint, error.details);
    throw new handler_error('code', 'message', { cause: error });
  } finally {
    await Promise.all([asking.dispose(), answering.dispose()]);
  }
  const kafka: test_kafka = await test_kafka.start({ timeout_ms: 1 });
  const asked = expect_request(await kafka.settings({}, { partitions: 1 }), place, { reply: { ok: true } });
  const { id }: { id: string } = await asked;
  await kafka.stop({ timeout_ms: id.length });
}
`;

/** How programs of users are compiled. Without skipLibCheck, and with the lib of their target. */
const ways: readonly [name: string, file: string, options: string][] = [
  ['node10, CommonJS, ES2020', 'node10.ts', '--module commonjs --moduleResolution node10 --target es2020'],
  ['node10, CommonJS, ES2022', 'node10.ts', '--module commonjs --moduleResolution node10 --target es2022'],
  ['NodeNext, ESM', 'nodenext.mts', '--module nodenext --target es2022'],
  ['NodeNext, CommonJS', 'nodenext.cts', '--module nodenext --target es2022'],
  ['bundler', 'bundler.ts', '--module esnext --moduleResolution bundler --target es2022'],
  [
    'bundler, without the library of the DOM',
    'bundler.ts',
    '--module esnext --moduleResolution bundler --target es2022 --lib es2022',
  ],
];

/** Programs compile against the types of the packed package, in this folder. */
export function typesCompile(folder: () => string): void {
  test.each(ways)('has types for %s', async (_, file, options) => {
    await writeFile(join(folder(), file), PROGRAM);
    const tsc = ['node_modules/typescript/bin/tsc', '--noEmit', '--strict', ...options.split(' '), file];
    const said = await run(process.execPath, tsc, { cwd: folder() }).then(
      () => '',
      (error: unknown) => (error as { stdout: string }).stdout,
    );
    expect(said).toBe('');
  });
}
