import { existsSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

/** The number of files that are read, and their largest size: a larger file was bundled. */
const MOST_FILES = 100;
const MOST_BYTES = 500_000;

/**
 * The packages that the code imports and that are neither in its folder nor in its layers. Reads the code file by
 * file, from the handler's on.
 *
 * @param folders folders with a node_modules each, besides the code's own
 */
export function missingPackages(folder: string, handler: string, folders: readonly string[] = []): string[] {
  const seen = new Set<string>();
  const missing = new Set<string>();
  const open = [join(folder, handler)];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file) || seen.size >= MOST_FILES) continue;
    seen.add(file);
    for (const name of importsOf(file)) {
      if (name.startsWith('.')) open.push(...fileOf(resolve(dirname(file), name), folder));
      else if (!isThere(packageOf(name), [folder, ...folders])) missing.add(packageOf(name));
    }
  }
  return [...missing];
}

/** Packages that Lambda's Node runtimes contain, and that a rehearsal does not have. */
export function isOfRuntime(name: string): boolean {
  return /^@(?:aws-sdk|smithy)\//.test(name) || name === 'aws-sdk';
}

function importsOf(file: string): string[] {
  if (statSync(file).size > MOST_BYTES) return [];
  const text = readFileSync(file, 'utf8');
  const patterns = [
    /\brequire\(\s*['"]([^'"\n]+)['"]\s*\)/g,
    /^\s*(?:import|export)\b[^'"\n;]*['"]([^'"\n]+)['"]/gm,
    /\}\s*from\s*['"]([^'"\n]+)['"]/g,
  ];
  return patterns
    .flatMap((pattern) => Array.from(text.matchAll(pattern), ([, name = '']) => name))
    .filter((name) => !name.startsWith('node:') && !name.startsWith('/') && !builtinModules.includes(name));
}

function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

function fileOf(path: string, folder: string): string[] {
  if (relative(folder, path).startsWith('..')) return [];
  const files = [path, `${path}.js`, `${path}.mjs`, `${path}.cjs`, join(path, 'index.js')];
  return files.filter((file) => existsSync(file) && statSync(file).isFile()).slice(0, 1);
}

function isThere(name: string, folders: readonly string[]): boolean {
  return folders.some((folder) => existsSync(join(folder, 'node_modules', name)));
}

/** The packages that a package.json beside the code, or above it, declares. */
export function declaredPackages(folder: string, top: string): string[] {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const file = join(at, 'package.json');
    if (existsSync(file)) return dependenciesOf(file);
    if (relative(resolve(top), at) === '' || relative(resolve(top), at).startsWith('..')) return [];
  }
}

function dependenciesOf(file: string): string[] {
  try {
    const { dependencies } = JSON.parse(readFileSync(file, 'utf8')) as { dependencies?: Record<string, unknown> };
    return Object.keys(dependencies ?? {});
  } catch {
    return [];
  }
}
