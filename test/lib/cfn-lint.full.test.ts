import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { installCfnLint } from '../../scripts/policy/cfn-lint.js';
import { templateOf, variants } from './support/synthesize.js';

const run = promisify(execFile);

/** W3005: CDK writes a dependency on a role twice, so that its policies are there too. */
const waived = ['W3005'];

test('cfn-lint finds nothing in any variant', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-cfn-lint-'));
  try {
    const bin = await installCfnLint(folder);
    const files = await Promise.all(
      Object.entries(variants).map(async ([name, context]) => {
        const file = join(folder, `${name.replaceAll(/\W+/g, '-')}.json`);
        await writeFile(file, JSON.stringify(templateOf(context)));
        return file;
      }),
    );
    const { stdout } = await run(join(bin, 'cfn-lint'), ['--ignore-checks', ...waived, '--', ...files]).catch(
      (error: unknown) => error as { stdout: string },
    );
    expect(stdout).toBe('');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
