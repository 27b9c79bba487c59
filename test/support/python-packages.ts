import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../local/os/cache.js';
import { findOnPath, runCommand } from '../../local/os/commands.js';
import { patient } from './patience.js';

/** A virtual environment of Python with packages from PyPI. It is kept, like Kafka's jars. */
export class PythonPackages {
  readonly folder: string;
  readonly #packages: readonly string[];

  /** @param name a different one for different packages or versions */
  constructor(name: string, packages: readonly string[]) {
    this.folder = join(cacheFolder(process.env), 'test', name);
    this.#packages = packages;
  }

  /** The folder of its programs: python, and those of the packages. */
  get bin(): string {
    return join(this.folder, 'bin');
  }

  /** Installs the packages the first time; false if that is not possible. */
  async bring(): Promise<boolean> {
    // This file is written when everything was installed.
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
