import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isAlive } from '../../local/os/processes.js';

const schema = z.object({
  pid: z.number(),
  /** ISO 8601. */
  startedAt: z.string(),
  clusterArn: z.string(),
  /** The addresses for clients. */
  brokers: z.array(z.string()),
  /** Logs of the brokers that it started; empty for brokers of the user. */
  brokerLogs: z.array(z.string()),
  authorizerLogs: z.array(z.string()),
});

/** A running gateway, as recorded in a file for other commands. */
export type RunningGateway = z.infer<typeof schema>;

/**
 * Writes the record of a running gateway. It is removed when the gateway stops.
 * @param folder the folder with the records of all running gateways
 */
export async function writeRunning(folder: string, gateway: RunningGateway): Promise<AsyncDisposable> {
  const file = join(folder, `${gateway.pid}.json`);
  await mkdir(folder, { recursive: true });
  await writeFile(`${file}.incoming`, JSON.stringify(gateway));
  await rename(`${file}.incoming`, file);
  return { [Symbol.asyncDispose]: () => rm(file, { force: true }) };
}

/**
 * The running gateways, the newest first. Files of processes that have ended are removed, complete or not. A file of
 * a running process that is not a record is skipped: another version may have written it.
 */
export async function readRunning(folder: string): Promise<RunningGateway[]> {
  const names = await readdir(folder).catch(() => []);
  const all: RunningGateway[] = [];
  for (const name of names) {
    const [, pid, incoming] = /^(\d+)\.json(\.incoming)?$/.exec(name) ?? [];
    if (pid === undefined) continue;
    const file = join(folder, name);
    // A file that cannot be removed is not a reason to fail: it is skipped again next time.
    if (!isAlive(Number(pid))) await rm(file, { force: true }).catch(() => undefined);
    else if (incoming === undefined) all.push(...(await recordIn(file)));
  }
  return all.sort((one, other) => (one.startedAt < other.startedAt ? 1 : -1));
}

/** @returns nothing if the file cannot be read, or is not a record */
async function recordIn(file: string): Promise<RunningGateway[]> {
  try {
    const found = schema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    return found.success ? [found.data] : [];
  } catch {
    return [];
  }
}
