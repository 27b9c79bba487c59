import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isAlive } from '../../local/os/processes.js';

const schema = z.object({
  pid: z.number(),
  /** ISO 8601. */
  startedAt: z.string(),
  clusterArn: z.string(),
  /** Where clients connect. */
  brokers: z.array(z.string()),
  /** Of the brokers that it started; none of someone else's. */
  brokerLogs: z.array(z.string()),
  authorizerLogs: z.array(z.string()),
});

/** A gateway that runs, as it wrote itself down for other commands. */
export type RunningGateway = z.infer<typeof schema>;

/** Writes a gateway down for as long as it runs. @param folder of all that run */
export async function writeRunning(folder: string, gateway: RunningGateway): Promise<AsyncDisposable> {
  const file = join(folder, `${gateway.pid}.json`);
  await mkdir(folder, { recursive: true });
  await writeFile(`${file}.incoming`, JSON.stringify(gateway));
  await rename(`${file}.incoming`, file);
  return { [Symbol.asyncDispose]: () => rm(file, { force: true }) };
}

/** Those that run, the newest first. What is left of others is removed. */
export async function readRunning(folder: string): Promise<RunningGateway[]> {
  const names = await readdir(folder).catch(() => []);
  const all: RunningGateway[] = [];
  for (const name of names.filter((one) => one.endsWith('.json'))) {
    const file = join(folder, name);
    const text = await readFile(file, 'utf8').catch(() => '');
    const found = schema.safeParse(text === '' ? undefined : JSON.parse(text));
    if (found.success && isAlive(found.data.pid)) all.push(found.data);
    else await rm(file, { force: true });
  }
  return all.sort((one, other) => (one.startedAt < other.startedAt ? 1 : -1));
}
