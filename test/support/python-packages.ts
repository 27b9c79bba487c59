import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../local/os/cache.js';
import { findOnPath, runCommand } from '../../local/os/commands.js';
import { patient } from './patience.js';

/** A virtual environment of Python with packages from PyPI. Kept, as Kafka's jars are. */
export class PythonPackages {
  readonly folder: string;
  readonly #packages: readonly string[];

  /** @param name another one for other packages or versions */
  constructor(name: string, packages: readonly string[]) {
    this.folder = join(cacheFolder(process.env), 'test', name);
    this.#packages = packages;
  }

  /** Where its programs are: python, and what the packages bring. */
  get bin(): string {
    return join(this.folder, 'bin');
  }

  /** Brings the packages, the first time; false where that cannot be done. */
  async bring(): Promise<boolean> {
    // A file says that everything was installed.
    const complete = join(this.folder, 'complete');
    if (existsSync(complete)) return true;
    const system = findOnPath('python3', process.env);
    if (system === undefined) return false;
    await mkdir(join(this.folder, '..'), { recursive: true });
    await rm(this.folder, { recursive: true, force: true });
    for (const [file, ...args] of [
      [system, '-m', 'venv', this.folder],
      [join(this.bin, 'python'), '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...this.#packages],
    ] as [string, ...string[]][]) {
      const { exitCode } = await runCommand(file, args, { env: process.env, timeoutMs: patient(120_000) });
      if (exitCode !== 0) return false;
    }
    await writeFile(complete, this.#packages.join('\n'));
    return true;
  }
}
