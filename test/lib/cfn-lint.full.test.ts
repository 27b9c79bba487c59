import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { templateOf, variants } from './support/synthesize.js';

const run = promisify(execFile);
const version = '1.58.0';

/** W3005: CDK writes a dependency on a role twice, so that its policies are there too. */
const waived = ['W3005'];

test('cfn-lint finds nothing in any variant', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-cfn-lint-'));
  try {
    await run('python3', ['-m', 'venv', join(folder, 'venv')]);
    await run(join(folder, 'venv', 'bin', 'pip'), ['install', '--quiet', `cfn-lint==${version}`]);
    const files = await Promise.all(
      Object.entries(variants).map(async ([name, context]) => {
        const file = join(folder, `${name.replaceAll(/\W+/g, '-')}.json`);
        await writeFile(file, JSON.stringify(templateOf(context)));
        return file;
      }),
    );
    const lint = join(folder, 'venv', 'bin', 'cfn-lint');
    const { stdout } = await run(lint, ['--ignore-checks', ...waived, '--', ...files]).catch(
      (error: unknown) => error as { stdout: string },
    );
    expect(stdout).toBe('');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
