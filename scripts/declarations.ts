/** The published types, as the package has them: those of src/ at the top, those of testing/ in a folder beside them. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..');

/**
 * The published types in a folder where the types of other packages are found. They are not checked: `npm run check`
 * checks the sources.
 *
 * @param use gets the path of the folder, which is removed afterwards
 */
export async function withDeclarations<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-types-'));
  try {
    const types = join(folder, 'types');
    await emitDeclarations(types, { check: false });
    // Not the other way round: API Extractor takes what is under node_modules for another package.
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
    return await use(types);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param check false: the types themselves are not checked, because `npm run check` does it */
export async function emitDeclarations(folder: string, { check }: { check: boolean }): Promise<void> {
  const all = await mkdtemp(join(tmpdir(), 'easy-pubsub-types-'));
  try {
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const options = ['-p', join(ROOT, 'tsconfig.build.json'), '--outDir', all, ...(check ? [] : ['--noCheck'])];
    await run(process.execPath, [tsc, ...options]);
    await cp(join(all, 'src'), folder, { recursive: true });
    await mkdir(join(folder, 'testing'), { recursive: true });
    await copyReachable(join(all, 'testing'), join(folder, 'testing'), 'index', new Set());
  } finally {
    await rm(all, { recursive: true, force: true });
  }
}

/** Copies a file and those of its folder that it mentions: the others are internal. */
async function copyReachable(from: string, to: string, name: string, done: Set<string>): Promise<void> {
  if (done.has(name)) return;
  done.add(name);
  const text = await readFile(join(from, `${name}.d.ts`), 'utf8');
  const otherPath = /'\.\.\/(?!src\/)[^']*'/.exec(text);
  if (otherPath !== null) throw new Error(`the public types of testing/${name}.ts mention ${otherPath[0]}`);
  await writeFile(join(to, `${name}.d.ts`), text.replaceAll("'../src/", "'../"));
  for (const [, next = ''] of text.matchAll(/'\.\/([\w-]+)\.js'/g)) await copyReachable(from, to, next, done);
}
