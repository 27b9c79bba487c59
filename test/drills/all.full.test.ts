import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { drillNames } from '../../drills/catalogue.js';
import type { DrillResult } from '../../drills/report/result.js';
import { embeddedSkip } from '../support/broker-machine.js';
import { skipFor } from '../support/skips.js';

/** What is promised is 15 minutes on two cores; what is red takes longer. */
const LIMIT_MS = 40 * 60_000;

describe('npm run drill -- all', async () => {
  const skip = await embeddedSkip();
  let results = new Map<string, DrillResult>();

  beforeAll(async () => {
    if (skip !== undefined) return;
    const folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-drill-report-'));
    try {
      const file = join(folder, 'report.json');
      await new Promise<void>((resolve) => {
        const args = ['--import', 'tsx', 'drills/run.ts', 'all', '--json', file];
        execFile(process.execPath, args, { maxBuffer: 64 * 1_024 * 1_024 }, () => resolve());
      });
      const { drills } = JSON.parse(await readFile(file, 'utf8')) as { drills: DrillResult[] };
      results = new Map(drills.map((result) => [result.name, result]));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, LIMIT_MS);

  test.for(drillNames)('%s', (name, context) => {
    skipFor(context, skip);
    const result = results.get(name);
    expect(result?.failure).toBeUndefined();
    expect(result?.proofs.filter(({ holds }) => !holds)).toEqual([]);
    expect(result?.verdict?.violations).toEqual([]);
  });
});
