import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { undocumented } from '../../scripts/undocumented.js';
import { patient } from '../support/patience.js';

test('what has no description is found, wherever it is', { timeout: patient(30_000) }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'types-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const types = `
    export declare class a {
      x: number; private y; f(): void;
      /** Said. */
      static g(): void;
    }
    /** Said. */
    export interface b_options {
      /** Said. */
      x?: { y: number };
      /** Said. */
      z?: number;
      /** Said. @default 1 */
      ok?: number;
    }
    /** Said. */
    export type c = { x: number } | (d & { y: 1 });
    interface d { unseen: number }
    export declare function e(): void;
    export {};
  `;
  await writeFile(join(folder, 'index.d.ts'), types);
  expect(undocumented(folder, ['index.d.ts']).toSorted()).toEqual([
    'a',
    'a.f',
    'a.x',
    'b_options.x.y',
    'b_options.z @default',
    'c.x',
    'c.y',
    'e',
  ]);
});
