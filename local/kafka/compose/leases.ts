import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { cacheFolder } from '../../os/cache.js';
import type { ComposeProject } from './compose.js';
import type { Environment } from '../context.js';
import { readJson, writeJson } from '../../os/files.js';
import { isAlive } from '../../os/processes.js';

const startedByRun = z.object({
  docker: z.string(),
  file: z.string(),
  project: z.object({ name: z.string(), version: z.string(), ports: z.array(z.number()) }),
});

/** The data with which a run can stop a compose project that another run started. */
export interface StartedByRun {
  docker: string;
  file: string;
  project: ComposeProject;
}

const lease = z.object({ pid: z.number(), host: z.string() });

/**
 * The runs that use the compose broker on one port. A run that needs Kafka starts a broker and stops it at its end;
 * another run that begins in the meantime uses the same broker. So the last run stops it, even if another run started
 * it. A broker that the user started (no `started.json`) is never stopped.
 *
 * All calls must be made under the lock `lockFile`.
 */
export class ComposeLeases {
  readonly lockFile: string;
  readonly #folder: string;
  readonly #own = `lease-${process.pid}-${randomUUID()}.json`;

  constructor(env: Environment, port: number) {
    this.#folder = join(cacheFolder(env), 'compose', String(port));
    this.lockFile = `${this.#folder}.lock`;
  }

  /** The project that a run started here, if one did. */
  async started(): Promise<StartedByRun | undefined> {
    const parsed = startedByRun.safeParse(await readJson(this.#startedFile));
    return parsed.success ? parsed.data : undefined;
  }

  /** Called by the run that started it; `take` follows. */
  async markStarted(started: StartedByRun): Promise<void> {
    await writeJson(this.#startedFile, started);
  }

  /** From now on it is not stopped: it belongs to the user, or was removed. */
  async unmarkStarted(): Promise<void> {
    await rm(this.#startedFile, { force: true });
  }

  async take(): Promise<void> {
    await writeJson(join(this.#folder, this.#own), { pid: process.pid, host: hostname() });
  }

  /** Releases the lease of this run. @returns true if no other run has one */
  async giveBack(): Promise<boolean> {
    await rm(join(this.#folder, this.#own), { force: true });
    await mkdir(this.#folder, { recursive: true });
    let alone = true;
    for (const name of await readdir(this.#folder)) {
      if (!name.startsWith('lease-') || !name.endsWith('.json')) continue;
      const path = join(this.#folder, name);
      const holder = lease.safeParse(await readJson(path));
      if (holder.success && (holder.data.host !== hostname() || isAlive(holder.data.pid))) alone = false;
      else await rm(path, { force: true });
    }
    return alone;
  }

  get #startedFile(): string {
    return join(this.#folder, 'started.json');
  }
}
