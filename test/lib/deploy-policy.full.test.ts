import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CFN_LINT_VERSION, handlerActions, installCfnLint } from '../../scripts/policy/cfn-lint.js';
import { readTable } from '../../scripts/policy/deploy-policy.js';

test('the table of actions matches cfn-lint’s resource schemas', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-policy-'));
  try {
    const { cfn_lint, types } = readTable();
    expect(cfn_lint).toBe(CFN_LINT_VERSION);
    expect(await handlerActions(await installCfnLint(folder), Object.keys(types))).toEqual(types);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
