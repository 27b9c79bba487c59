/**
 * Writes docs/deploy-policy.json and docs/deploy-caller-policy.json: `npm run generate:policy`. With `--schemas`, the
 * table of actions is rebuilt from the resource schemas in cfn-lint, which needs Python 3 and PyPI. This is necessary
 * for a template with a new resource type.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { templateOf, variants } from '../test/lib/support/synthesize.js';
import { callerPolicy } from './policy/caller-policy.js';
import { CFN_LINT_VERSION, handlerActions, installCfnLint } from './policy/cfn-lint.js';
import { deployPolicy, TABLE_FILE, readTable } from './policy/deploy-policy.js';

const types = [
  ...new Set(
    Object.values(variants).flatMap((context) => Object.values(templateOf(context).Resources).map(({ Type }) => Type)),
  ),
].sort();

if (process.argv.includes('--schemas')) {
  const folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-policy-'));
  try {
    const table = { cfn_lint: CFN_LINT_VERSION, types: await handlerActions(await installCfnLint(folder), types) };
    await writeFile(TABLE_FILE, `${JSON.stringify(table, null, 2)}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const pages = {
  'deploy-policy.json': await deployPolicy(types, readTable()),
  'deploy-caller-policy.json': callerPolicy(),
};
for (const [name, page] of Object.entries(pages)) {
  await writeFile(join(import.meta.dirname, '..', 'docs', name), `${JSON.stringify(page, null, 2)}\n`);
}
